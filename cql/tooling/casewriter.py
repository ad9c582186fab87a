"""Writes test cases of the content: the resources of a patient and what the decision must say.

The outcome is not asked of the CQL: it follows from the states of the criteria by the nine rules, written here once more.
"""
import itertools
import json
import shutil
from pathlib import Path

CQL = Path(__file__).resolve().parent.parent
BASE = "https://therapyfit.dev/fhir/"
SYSTEMS = {
    "icd": "http://hl7.org/fhir/sid/icd-10-cm",
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "unii": "http://fdasis.nlm.nih.gov",
    "obs": BASE + "CodeSystem/observation",
    "value": BASE + "CodeSystem/observation-value",
    "objective": BASE + "CodeSystem/objective",
    "modality": BASE + "CodeSystem/modality",
    "product": BASE + "CodeSystem/product",
    "substance": BASE + "CodeSystem/substance",
    "route": BASE + "CodeSystem/route",
    "vet": BASE + "CodeSystem/vet-indication",
    "who": "http://hl7.org/fhir/sid/icd-10",
    "nl": "http://hl7.org/fhir/sid/icd-10-nl",
    "icdo": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "gm": "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
    "gm-old": "http://fhir.de/CodeSystem/dimdi/icd-10-gm",
    "kcd": "http://www.hl7korea.or.kr/CodeSystem/kostat-kcd-8",
    "oid": "urn:oid:2.16.840.1.113883.6.90",  # ICD-10-CM as C-CDA writes it
    "atc": "http://www.whocc.no/atc",
    "atc-de": "http://fhir.de/CodeSystem/bfarm/atc",
    "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "pcs": "http://www.cms.gov/Medicare/Coding/ICD10",
    "v3": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration",
    "v2": "http://terminology.hl7.org/CodeSystem/v2-0162",
    "pcsp": "http://hl7.eu/fhir/ig/pcsp/CodeSystem/cs-generic-eu-pcsp",
    "house": "https://ehr.example.org/codes",  # of one hospital: nobody else knows it
    "interpretation": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
}
TERMS = "http://terminology.hl7.org/CodeSystem/"
UCUM = "http://unitsofmeasure.org"
AT = "2026-06-15T09:00:00Z"
IDS = ["M1", "M2", "M3", "S1", "S2", "S3"]
STATES = {"Y": "met", "N": "not-met", "U": "unknown", "A": "not-applicable"}


# ---- Resources. A code is written "system:code", several with a blank between them. ----

def concept(codes):
    if codes.startswith("text:"):
        return {"text": codes[5:]}
    return {"coding": [{"system": SYSTEMS[c.split(":", 1)[0]], "code": c.split(":", 1)[1]} for c in codes.split()]}


def one(system, code):
    return {"coding": [{"system": system, "code": code}]}


def patient(gender="male", born="1970-01-01", species=None):
    resource = {"resourceType": "Patient", "_key": ""}
    if species is not None:
        codes = {"dog": "448771007", "cat": "448169003", "horse": "35354009", "rabbit": "388814007"}
        value = {"text": species[5:]} if species.startswith("text:") else one(SYSTEMS["sct"], codes.get(species, species))
        resource["extension"] = [{
            "url": "http://hl7.org/fhir/StructureDefinition/patient-animal",
            "extension": [{"url": "species", "valueCodeableConcept": value}],
        }]
    if gender:
        resource["gender"] = gender
    if born:
        resource["birthDate"] = born
    return resource


def condition(key, codes, onset=None, clinical="active", verification="confirmed", **more):
    resource = {"resourceType": "Condition", "_key": key}
    if clinical:
        resource["clinicalStatus"] = one(TERMS + "condition-clinical", clinical)
    if verification:
        resource["verificationStatus"] = one(TERMS + "condition-ver-status", verification)
    resource |= {"code": concept(codes), "subject": None}
    if onset:
        resource["onsetDateTime"] = onset
    return resource | more


def observation(key, codes, value=None, date="2026-06-01", unit=None, comparator=None, status="final", **more):
    resource = {"resourceType": "Observation", "_key": key, "status": status, "code": concept(codes), "subject": None}
    if date:
        resource["effectiveDateTime"] = date
    if isinstance(value, bool):
        resource["valueBoolean"] = value
    elif unit is not None:
        quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
        resource["valueQuantity"] = ({"comparator": comparator} if comparator else {}) | quantity
    elif isinstance(value, int):
        resource["valueInteger"] = value
    elif isinstance(value, float):
        resource["valueQuantity"] = {"value": value, "unit": "{score}", "system": UCUM, "code": "{score}"}
    elif value is not None:
        resource["valueCodeableConcept"] = concept(value)
    return resource | more


def grade(scale, value, date="2026-06-01", **more):
    """An observation on one of our own scales; a word is coded."""
    if isinstance(value, str):
        value = "value:" + value
    return observation(scale, "obs:" + scale, value, date, **more)


def animal_result(key, codes, value, unit, date, high=None, interpretation=None):
    more = {}
    if interpretation:
        more["interpretation"] = [concept("interpretation:" + interpretation)]
    if high is not None:
        limit = {"value": high} if unit is None else {"value": high, "unit": unit, "system": UCUM, "code": unit}
        more["referenceRange"] = [{"high": limit}]
    return observation(key, codes, value, date, unit=unit, **more)


def goal(objective, addresses=None):
    resource = {"resourceType": "Goal", "_key": "goal", "lifecycleStatus": "active",
                "description": concept("objective:" + objective), "subject": None}
    if addresses:
        resource["addresses"] = [{"reference": "Condition/@" + addresses}]
    return resource


def order(codes="modality:msc", route="route:intra-articular", objective=None, key="order", ingredients=None, **timing):
    """A draft MedicationRequest; without a timing it is for one day. With ingredients: and its Medication."""
    dosage = {}
    if timing.get("event", None) is not None or not timing:
        dosage["timing"] = {"event": timing.get("event", ["2026-06-22"])}
    elif timing.get("repeat"):
        dosage["timing"] = {"repeat": timing["repeat"]}
    if route:
        dosage["route"] = concept(route)
    resource = {"resourceType": "MedicationRequest", "_key": key, "_codes": codes, "status": "draft", "intent": "proposal"}
    if ingredients is not None:
        resource["medicationReference"] = {"reference": "Medication/@product"}
    else:
        resource["medicationCodeableConcept"] = concept(codes)
    resource["subject"] = None
    if dosage:
        resource["dosageInstruction"] = [dosage]
    if objective:
        resource["reasonCode"] = [concept("objective:" + objective)]
    if ingredients is None:
        return resource
    return [resource, {"resourceType": "Medication", "_key": "product", "code": concept(codes),
                       "ingredient": [{"itemCodeableConcept": concept(i)} for i in ingredients]}]


def repeat(count=None, frequency=None, period=None, unit=None, days=None):
    fields = {}
    if days is not None:
        fields["boundsDuration"] = {"value": days, "unit": "d", "system": UCUM, "code": "d"}
    if count is not None:
        fields["count"] = count
    if frequency is not None:
        fields["frequency"] = frequency
    if period is not None:
        fields |= {"period": period, "periodUnit": unit}
    return fields


def service(codes="modality:msc", **more):
    return {"resourceType": "ServiceRequest", "_key": "order", "_codes": codes, "status": "draft", "intent": "proposal",
            "code": concept(codes), "subject": None} | more


def allergy(key, codes, clinical="active", verification="confirmed"):
    resource = {"resourceType": "AllergyIntolerance", "_key": key}
    if clinical:
        resource["clinicalStatus"] = one(TERMS + "allergyintolerance-clinical", clinical)
    if verification:
        resource["verificationStatus"] = one(TERMS + "allergyintolerance-verification", verification)
    return resource | {"code": concept(codes), "patient": None}


def adverse_event(codes, seriousness="Serious", actuality="actual", key="event"):
    """An adverse event and the product that it suspects."""
    resource = {"resourceType": "AdverseEvent", "_key": key, "actuality": actuality, "subject": None, "date": "2024-10-02"}
    if seriousness:
        resource["seriousness"] = one(TERMS + "adverse-event-seriousness", seriousness)
    return [resource | {"suspectEntity": [{"instance": {"reference": f"Medication/@{key}-product"}}]},
            {"resourceType": "Medication", "_key": key + "-product", "code": concept(codes)}]


def statement(key, codes, status="active", reason=None, end=None, dated=None):
    resource = {"resourceType": "MedicationStatement", "_key": key, "status": status}
    if reason:
        resource["statusReason"] = [concept(reason)]
    resource |= {"medicationCodeableConcept": concept(codes), "subject": None}
    if end:
        resource["effectivePeriod"] = {"end": end}
    if dated:
        resource["effectiveDateTime"] = dated
    return resource


def given(key, codes, date, status="completed"):
    return {"resourceType": "MedicationAdministration", "_key": key, "status": status,
            "medicationCodeableConcept": concept(codes), "subject": None, "effectiveDateTime": date}


def preference(value, date="2026-06-01", performer="Patient/@"):
    return grade("therapy-preference", value, date) | ({"performer": [{"reference": performer}]} if performer else {})


def version(resource, number, changed=None, issued=None, edition=None, system="https://lab.example.org/results"):
    """One of several versions of a fact: what they share is the number."""
    meta = ({"versionId": edition} if edition else {}) | ({"lastUpdated": changed} if changed else {})
    return resource | {"identifier": [({"system": system} if system else {}) | {"value": number}]} \
        | ({"meta": meta} if meta else {}) | ({"issued": issued} if issued else {})


def placed(resource, site):
    """At a site of the body; of a dose it says where it goes or went."""
    kind = resource["resourceType"]
    if kind == "MedicationRequest":
        dosage = resource["dosageInstruction"][0]
        return resource | {"dosageInstruction": [dosage | {"site": concept(site)}]}
    if kind == "MedicationAdministration":
        return resource | {"dosage": {"site": concept(site), "dose": {"value": 4, "unit": "mL"}}}
    return resource | {"bodySite": concept(site) if kind == "Observation" else [concept(site)]}


def categorised(resource, category):
    return resource | {"category": [one(TERMS + "condition-category", category)]}


def in_words(key, codes, value, unit, date="2026-06-01"):
    """A quantity whose unit is words only."""
    return observation(key, codes, None, date, valueQuantity={"value": value, "unit": unit})


def part(codes, value, unit):
    """A component of a result."""
    return {"code": concept(codes), "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit}}


# ---- The nine rules, once more ----

def decide(states, excluded, axes, species, indication, unread=()):
    if not species:
        return "neither", "species-without-data"
    if len(excluded) == 2:
        return "neither", "contraindicated"
    if {"Condition", "AllergyIntolerance"} & set(unread):
        return "insufficient-data", "safety-data-not-read"
    if not indication:
        return "insufficient-data", "no-recognised-indication"
    if not (axes[0] and (axes[1] or axes[2])):
        return "insufficient-data", "axes-unknown"
    m = sum(states[i] == "met" for i in IDS[:3])
    s = sum(states[i] == "met" for i in IDS[3:])
    p = states["P"] == "met"
    if "msc" in excluded:
        return ("secretome-favoured", "msc-excluded") if s + p else ("neither", "no-remaining-option")
    if "secretome" in excluded:
        return ("msc-favoured", "secretome-excluded") if m else ("neither", "no-remaining-option")
    if m + s == 0:
        return "insufficient-data", "no-criterion-met"
    if m - s >= 2:
        return "msc-favoured", "preference-conflict" if p else ""
    if s - m >= 2:
        return "secretome-favoured", ""
    if p:
        return ("secretome-favoured", "") if s >= m else ("both-acceptable", "preference-offsets-lead")
    if s == 0:
        return "msc-favoured", ""
    if m == 0:
        return "secretome-favoured", ""
    if "met" in (states["M1"], states["M2"]) and states["S3"] == "met":
        return "sequential-or-combined", ""
    return "both-acceptable", ""


def deciding(states, *rest):
    """Unknown criteria that alone change the outcome under some answer to the other unknown ones."""
    unknown = [i for i in IDS if states[i] == "unknown"]
    found = []
    for i in unknown:
        others = [o for o in unknown if o != i]
        for answers in itertools.product(["met", "not-met"], repeat=len(others)):
            tried = states | dict(zip(others, answers))
            if decide(tried | {i: "met"}, *rest)[0] != decide(tried | {i: "not-met"}, *rest)[0]:
                found.append(i)
                break
    return found


# ---- Writing ----

def filled(value, name, subject):
    if isinstance(value, dict):
        return {k: {"reference": "Patient/" + name} if v is None and k in ("subject", "patient") else filled(v, name, subject)
                for k, v in value.items() if not k.startswith("_")}
    if isinstance(value, list):
        return [filled(v, name, subject) for v in value]
    if isinstance(value, str) and "/@" in value:
        kind, key = value.split("/@", 1)
        return kind + "/" + name + ("-" + key if key else "")
    return value


def flat(resources):
    for resource in resources:
        if isinstance(resource, list):
            yield from resource
        else:
            yield resource


def case(name, title, states, *resources, p="U", gates=None, excluded=(), axes=(1, 1, 1), species=True, indication=True,
         jurisdiction="US", left_out=None, unread=(), at=AT, note=""):
    """states: six letters for M1 to S3: Y met, N not met, U unknown, A not applicable."""
    folder = CQL / "input/tests/Library/TherapyFit" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    modalities = set()
    for resource in flat(resources):
        key = resource["_key"]
        kind = resource["resourceType"]
        identity = name + ("-" + key if key else "")
        full = {"resourceType": kind, "id": identity} | filled(
            {k: v for k, v in resource.items() if k != "resourceType"}, name, name)
        (folder / f"{kind}-{identity}.json").write_text(json.dumps(full, indent=2, ensure_ascii=False) + "\n")
        if resource.get("status") == "draft":
            modalities.add("secretome" if resource["_codes"] in ("modality:secretome", "product:exoflo") else "msc")
    full_states = {i: STATES[c] for i, c in zip(IDS, states)} | {"P": STATES[p]}
    rest = (list(excluded), axes, species, indication, unread)
    outcome, reason = decide(full_states, *rest)
    early = not species or len(excluded) == 2 or not indication or reason in ("axes-unknown", "safety-data-not-read")
    open_ones = [] if early else deciding(full_states, *rest)
    if not modalities or outcome == "insufficient-data":
        concordance = "not-applicable"
    elif outcome in ("both-acceptable", "sequential-or-combined") or all(outcome == m + "-favoured" for m in modalities):
        concordance = "agrees"
    else:
        concordance = "differs"
    lines = [
        f"case: {name}", "title: '" + title.replace("'", "''") + "'", f"at: '{at}'", f"jurisdiction: {jurisdiction}",
        *(["unread: [" + ", ".join(unread) + "]"] if unread else []),
        f"outcome: {outcome}", f"reason: '{reason}'", f"provisional: {'true' if open_ones else 'false'}",
        "deciding: [" + ", ".join(open_ones) + "]", "criteria:",
        *[f"  {i}: {full_states[i]}" for i in IDS], f"preference: {full_states['P']}",
    ]
    lines += ["gates:", *[f"  {g}: {s}" for g, s in sorted(gates.items())]] if gates else ["gates: {}"]
    lines += ["excluded: [" + ", ".join(excluded) + "]", f"concordance: {concordance}"]
    if left_out:
        lines += ["leftOut:", *[f"  {k.replace('@', name + '-')}: {v}" for k, v in sorted(left_out.items())]]
    lines.append("note: '" + note.replace("'", "''") + "'")
    (CQL / "expected" / f"{name}.yaml").write_text("\n".join(lines) + "\n")
