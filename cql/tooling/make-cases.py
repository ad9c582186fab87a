#!/usr/bin/env python3
"""Writes the mechanical cases of the content: both sides of every threshold, every scale, every state of every gate; and,
at the end, charts as EHRs write them.

Run it after a change here: python3 cql/tooling/make-cases.py. It is not needed to build. It overwrites the cases that it
names and leaves the others, which are written by hand, alone. Same input, same bytes.
"""
from casewriter import *

# Evaluated on 2026-06-15. Days before it, by name of what they are for:
D = {7: "2026-06-08", 8: "2026-06-07", 20: "2026-05-26", 27: "2026-05-19", 28: "2026-05-18", 30: "2026-05-16",
     31: "2026-05-15", 60: "2026-04-16", 90: "2026-03-17", 91: "2026-03-16", 100: "2026-03-07", 179: "2025-12-18",
     180: "2025-12-17", 400: "2025-05-11"}
MONTHS = {6: ("2025-12-15", "2025-12-14"), 12: ("2025-06-15", "2025-06-14"), 24: ("2024-06-15", "2024-06-14")}
DAYS = {d: (D[d], D[d + 1]) for d in (7, 30, 90)}

# One code of every indication, its species if it is an animal's, and its set.
INDICATIONS = {
    "knee": ("icd:M17.0", None, "D"), "hip": ("icd:M16.11", None, "D"), "gvhd": ("icd:D89.810", None, "I"),
    "crohn": ("sct:235796008", None, "I"), "lupus": ("icd:M32.14", None, "I"), "ms": ("icd:G35.A", None, "I"),
    "ms-progressive": ("icd:G35.B0", None, "DI"), "limb": ("sct:233962007", None, "D"), "heart": ("icd:I50.22", None, "D"),
    "ards": ("icd:J80", None, "I"), "foot": ("icd:E11.621", None, "D"), "disc": ("icd:M51.36", None, "D"),
    "tendon": ("icd:M76.62", None, "D"), "cord": ("icd:S14.101A", None, "D"), "cirrhosis": ("icd:K74.60", None, "D"),
    "diabetes": ("icd:E10.9", None, "I"), "eye": ("icd:H04.121", None, "O"), "areata": ("icd:L63.0", None, "I"),
    "androgenic": ("icd:L64.9", None, "D"), "gum": ("icd:K05.30", None, "D"), "dog-joint": ("sct:396275006", "dog", "D"),
    "horse-joint": ("sct:396275006", "horse", "D"), "horse-tendon": ("vet:equine-sdft-tendinopathy", "horse", "D"),
    "cat-mouth": ("vet:feline-chronic-gingivostomatitis", "cat", "I"), "dog-skin": ("sct:24079001", "dog", "I"),
    "dog-bowel": ("vet:canine-ibd", "dog", "I"),
}


def who(species):
    return patient("male", "2018-03-01" if species else "1970-01-01", species)


def quiet(species=None):
    """A result that is not raised: the environment is known, nothing persists."""
    return animal_result("quiet", "loinc:1988-5", 1, "mg/L", D[7], high=10) if species \
        else observation("quiet", "loinc:30522-7", 1, D[7], "mg/L")


def simple(name, title, ind, states, *resources, onset=D[100], objective="symptom-relief", **more):
    """The indication, an order of MSC for one day with an objective that counts for neither, and what the case adds."""
    code, species, _ = INDICATIONS[ind]
    measured = [] if more.pop("silent", False) else [quiet(species)]
    codes = more.pop("codes", code)
    ordered = more.pop("order", None) or order(objective=objective)
    born = more.pop("patient", None) or who(species)
    case(name, title, states, born, condition("disease", codes, onset), *measured, ordered, *resources, **more)


# ---- Stages: every scale, every class, both ends of every window ----

def m1(group, advanced, chronic=False):
    return ("Y" if advanced or chronic else "N") if "D" in group else "A"


def m2(group):
    return "U" if "I" in group else "A"


SCALES = [  # indication, scale, value by class, values that are none, window
    ("hip", "kellgren-lawrence-grade", {"early": [0, 2], "intermediate": [3], "advanced": [4]}, [5], MONTHS[24]),
    ("limb", "rutherford-category", {"early": [1, 3], "intermediate": [4], "advanced": [5, 6]}, [0, 7], MONTHS[6]),
    ("disc", "pfirrmann-grade", {"early": [1, 2], "intermediate": [3], "advanced": [4, 5]}, [0, 6], MONTHS[24]),
    ("tendon", "tendon-stage", {"early": ["reactive"], "intermediate": ["disrepair"], "advanced": ["degenerative"]},
     ["complex"], MONTHS[12]),
    ("cord", "asia-impairment-scale", {"early": ["D"], "intermediate": ["C"], "advanced": ["A", "B"]}, ["E"], MONTHS[12]),
    ("cirrhosis", "child-pugh-class", {"early": ["A"], "intermediate": ["B"], "advanced": ["C"]}, ["D"], DAYS[90]),
    ("ms-progressive", "edss", {"early": [2.5, 2.9], "intermediate": [3, 5.5], "advanced": [6, 6.5]}, [10.5], MONTHS[12]),
    ("ms", "edss", {"early": [2.5], "intermediate": [3.0], "advanced": [6.0]}, [], MONTHS[12]),
    ("gum", "periodontitis-stage", {"early": ["I"], "intermediate": ["II"], "advanced": ["III", "IV"]}, ["V"], MONTHS[12]),
    ("androgenic", "norwood-hamilton", {"early": ["III"], "intermediate": ["IV", "V"], "advanced": ["VI", "VII"]}, ["0"],
     MONTHS[12]),
    ("areata", "salt-score", {"early": [24, 24.9], "intermediate": [25, 49], "advanced": [50]}, [101], MONTHS[12]),
    ("gvhd", "agvhd-grade-ibmtr", {"early": ["A"], "intermediate": ["B"], "advanced": ["C", "D"]}, ["E"], DAYS[30]),
    ("gvhd", "agvhd-grade-magic", {"early": ["I"], "intermediate": ["II"], "advanced": ["III", "IV"]}, ["0"], DAYS[30]),
    ("crohn", "fistula-complexity", {"early": ["simple"], "advanced": ["complex"]}, ["mild"], MONTHS[12]),
    ("eye", "dews-severity", {"early": [1], "intermediate": [2], "advanced": [3, 4]}, [5], MONTHS[12]),
    ("dog-joint", "vet-severity", {"early": ["mild"], "intermediate": ["moderate"], "advanced": ["severe"]}, ["I"],
     MONTHS[12]),
    ("horse-joint", "vet-severity", {"early": ["mild"], "intermediate": ["moderate"], "advanced": ["severe"]}, [],
     MONTHS[12]),
    ("horse-tendon", "vet-severity", {"early": ["mild"], "intermediate": ["moderate"], "advanced": ["severe"]}, [],
     MONTHS[12]),
    ("cat-mouth", "vet-severity", {"early": ["mild"], "intermediate": ["moderate"], "advanced": ["severe"]}, [],
     MONTHS[12]),
    ("dog-skin", "vet-severity", {"early": ["mild"], "intermediate": ["moderate"], "advanced": ["severe"]}, [], MONTHS[12]),
    ("dog-bowel", "vet-severity", {"early": ["mild"], "intermediate": ["moderate"], "advanced": ["severe"]}, [],
     MONTHS[12]),
    ("foot", "wagner-grade", {"early": [0, 1], "intermediate": [2], "advanced": [3, 5]}, [6], DAYS[30]),
]


def staged(ind, cls):
    group = INDICATIONS[ind][2]
    return m1(group, cls == "advanced") + m2(group) + "NN" + ("Y" if cls == "early" else "N") + "N"


def unstaged(ind):
    group = INDICATIONS[ind][2]
    return ("U" if "D" in group else "A") + m2(group) + "NNUN"


for ind, scale, classes, none, (inside, outside) in SCALES:
    onset = D[20] if ind == "foot" else D[100]
    prefix = f"stage-{ind}-{scale.split('-')[0]}"
    for cls, values in classes.items():
        for value in values:
            simple(f"{prefix}-{str(value).lower().replace('.', '-')}", f"{scale} {value} is {cls}", ind, staged(ind, cls),
                   grade(scale, value), onset=onset)
    for value in none:
        late = unstaged(ind) if onset == D[100] else "NANNYN"
        simple(f"{prefix}-not-{str(value).lower().replace('.', '-')}", f"{scale} {value} is no grade of the scale", ind, late,
               grade(scale, value), onset=onset, left_out={f"Observation/@{scale}": "not-a-grade"})
    cls, values = list(classes.items())[-1]
    simple(f"{prefix}-window", f"{scale}: the first day that counts", ind, staged(ind, cls), grade(scale, values[0], inside),
           onset=onset)
    simple(f"{prefix}-old", f"{scale}: a day too old", ind, unstaged(ind) if onset == D[100] else "NANNUN",
           grade(scale, values[0], outside), onset=onset, left_out={f"Observation/@{scale}": "old"})

# Of several grades the newest counts, of one day the most advanced; the most advanced word is not the last in the alphabet.
simple("stage-newest", "The newer grade counts", "tendon", staged("tendon", "early"),
       grade("tendon-stage", "degenerative", D[60], _key="a"), grade("tendon-stage", "reactive", D[30], _key="b"))
simple("stage-same-day", "Of one day the most advanced counts", "tendon", staged("tendon", "advanced"),
       grade("tendon-stage", "degenerative", D[30], _key="a"), grade("tendon-stage", "reactive", D[30], _key="b"))
simple("stage-preliminary", "A preliminary grade is unknown", "tendon", unstaged("tendon"),
       grade("tendon-stage", "degenerative", status="preliminary"), left_out={"Observation/@tendon-stage": "not-final"})
simple("stage-other-scale", "A grade on a scale of another indication does not count", "tendon", unstaged("tendon"),
       grade("pfirrmann-grade", 5))
simple("stage-number-for-roman", "A Roman grade may be written as a number", "gum", staged("gum", "advanced"),
       grade("periodontitis-stage", 3))
for name, more in (("typed", {"type": concept("obs:tendon-stage")}), ("untyped", {})):
    case(f"stage-of-condition-{name}", "Condition.stage, dated by the recording of the Condition", "YANNNN", patient(),
         condition("disease", "icd:M76.62", D[100], recordedDate=D[60], stage=[{"summary": concept("value:degenerative")} | more]),
         quiet(), order(objective="symptom-relief"))

# ---- Heart failure: NYHA, ejection fraction, duration ----

NYHA = {"loinc": ["LA28404-4", "LA28405-1", "LA28406-9", "LA28407-7"],
        "sct": ["420300004", "421704003", "420913000", "422293003"], "value": ["I", "II", "III", "IV"]}


def nyha(n, system="loinc", date="2026-06-01"):
    return observation("nyha", "loinc:88020-3", f"{system}:{NYHA[system][n - 1]}", date)


def lvef(value, date="2026-06-01", **more):
    return observation("lvef", "loinc:10230-1", value, date, "%", **more)


for system in NYHA:
    for n in (1, 2, 3, 4):
        simple(f"heart-nyha-{n}-{system}", f"NYHA class {n} coded by {system}, LVEF 45 %, 100 days", "heart",
               "YANNNN" if n > 2 else "NANNNN", nyha(n, system), lvef(45))
for value, states in ((34.9, "YANNNN"), (35, "NANNNN"), (39.9, "NANNNN"), (40, "NANNYN")):
    simple(f"heart-lvef-{str(value).replace('.', '-')}", f"NYHA II, LVEF {value} %, 60 days", "heart", states, nyha(2),
           lvef(value), onset=D[60])
simple("heart-90-days", "NYHA I, LVEF 55 %, 90 days: early", "heart", "NANNYN", nyha(1), lvef(55), onset=D[90])
simple("heart-91-days", "NYHA I, LVEF 55 %, 91 days: not early", "heart", "NANNNN", nyha(1), lvef(55), onset=D[91])
simple("heart-no-lvef", "NYHA II without LVEF, 60 days: early or intermediate", "heart", "NANNUN", nyha(2), onset=D[60])
simple("heart-no-nyha", "LVEF 45 % without NYHA, 60 days: early or intermediate", "heart", "NANNUN", lvef(45), onset=D[60])
simple("heart-lvef-only-low", "LVEF 30 % alone is advanced", "heart", "YANNNN", lvef(30), onset=D[60])
simple("heart-lvef-comparator", "LVEF below 30 % by a comparator is advanced", "heart", "YANNNN",
       lvef(30, comparator="<"), onset=D[60])
simple("heart-window", "NYHA III on the first day that counts", "heart", "YANNNN", nyha(3, date=MONTHS[6][0]))
simple("heart-old", "NYHA III a day too old", "heart", "UANNUN", nyha(3, date=MONTHS[6][1]),
       left_out={"Observation/@nyha": "old"})

simple("heart-nyha-finding", "NYHA class III as a Condition of its own", "heart", "YANNNN",
       condition("nyha", "sct:420913000", D[20]))
simple("heart-nyha-finding-old", "The same, begun too long ago", "heart", "UANNUN",
       condition("nyha", "sct:420913000", MONTHS[6][1]), left_out={"Condition/@nyha": "old"})

# ---- Other stages that combine data ----

t1d = lambda n, **more: grade("t1d-stage", n, **more)
simple("diabetes-stage-1", "Stage 1 is early whatever the duration", "diabetes", "AUNNYN", t1d(1), onset="2024-01-01")
simple("diabetes-stage-2", "Stage 2 is early", "diabetes", "AUNNYN", t1d(2), onset="2024-01-01")
simple("diabetes-stage-3-90-days", "Stage 3 within 90 days is early", "diabetes", "AUNNYN", t1d(3), onset=D[90])
simple("diabetes-stage-3-91-days", "Stage 3 after 91 days is intermediate", "diabetes", "AUNNNN", t1d(3), onset=D[91])
simple("diabetes-stage-3-12-months", "Stage 3 after just 12 months is intermediate", "diabetes", "AUNNNN", t1d(3),
       onset=MONTHS[12][0])
simple("diabetes-stage-3-year", "Stage 3 after more than 12 months is advanced", "diabetes", "AUNNNN", t1d(3),
       onset=MONTHS[12][1])
simple("diabetes-stage-3-no-onset", "Stage 3 without an onset may be early", "diabetes", "AUNNUN", t1d(3), onset=None)
simple("diabetes-presymptomatic", "A presymptomatic code is early", "diabetes", "AUNNYN", codes="icd:E10.A1",
       onset="2024-01-01")
simple("cirrhosis-decompensated", "Decompensated cirrhosis is advanced", "cirrhosis", "YANNNN", grade("child-pugh-class", "A"),
       codes="sct:716203000")
for cls, code, letter in (("early", "73286009", "Y"), ("early", "4676006", "Y"), ("intermediate", "76521009", "N"),
                          ("advanced", "36402006", "N"), ("intermediate", "52042003", "N"), ("advanced", "11013005", "N")):
    simple(f"lupus-class-{code}", f"Class of lupus nephritis by code: {cls}", "lupus", f"AUNN{letter}N",
           codes=f"icd:M32.14 sct:{code}", onset="2021-08-01")
simple("lupus-class-observed", "Class of lupus nephritis as an observation, years old: the last biopsy", "lupus", "AUNNYN",
       grade("lupus-nephritis-class", "II", "2022-01-01"), onset="2021-08-01")
oxygen = lambda value, date="2026-06-14", **more: observation("oxygen", "loinc:50984-4", value, date, "mm[Hg]", **more)
for value, m2_state, s2 in ((100, "Y", "N"), (101, "Y", "N"), (200, "Y", "N"), (201, "U", "Y"), (300, "U", "Y"),
                            (301, "U", "U")):
    simple(f"ards-oxygen-{value}", f"PaO2/FiO2 {value}", "ards", f"A{m2_state}NN{s2}N", oxygen(value), onset="2026-06-10",
           note="Above 300 there is no stage, and acute is not early." if value == 301 else "")
simple("ards-oxygen-kpa", "PaO2/FiO2 in kPa", "ards", "AYNNNN",
       observation("oxygen", "loinc:50984-4", 20, "2026-06-14", "kPa"), onset="2026-06-10")
simple("ards-oxygen-window", "PaO2/FiO2 7 days old", "ards", "AYNNNN", oxygen(150, D[7]), onset="2026-06-01")
simple("ards-oxygen-old", "PaO2/FiO2 8 days old", "ards", "AUNNUN", oxygen(150, D[8]), onset="2026-06-01",
       left_out={"Observation/@oxygen": "old"})
simple("oxygen-elsewhere", "PaO2/FiO2 is for ARDS only", "lupus", "AUNNUN", oxygen(90), onset="2021-08-01")

# ---- Stages in the codes of a diagnosis and in Condition.stage ----

def diagnosed(name, title, ind, states, codes, *resources, onset=D[100], recorded=D[20], severity=None, stage=None, **more):
    """A diagnosis that was recorded on a day, and what it says of the stage."""
    said = ({"recordedDate": recorded} if recorded else {}) | ({"severity": concept(severity)} if severity else {}) \
        | ({"stage": [{k: concept(v) for k, v in stage.items()}]} if stage else {})
    case(name, title, states, patient(), condition("disease", codes, onset, **said), quiet(), order(objective="symptom-relief"),
         *resources, **more)


OLD = {"Condition/@disease": "old"}
for value, s2 in (("I", "Y"), ("II", "N"), ("III", "N"), ("IV", "N")):
    simple(f"gvhd-grade-{value.lower()}", f"Grade {value} of no named system", "gvhd", f"AUNN{s2}N", grade("agvhd-grade", value))
for word, s2 in (("mild", "Y"), ("moderate", "N"), ("severe", "N")):
    simple(f"ards-severity-{word}", f"ARDS, observed as {word}", "ards", f"AUNN{s2}N", grade("ards-severity", word, D[7]), onset=D[20])
simple("ards-severity-old", "ARDS, observed as severe 8 days ago", "ards", "AUNNUN", grade("ards-severity", "severe", D[8]), onset=D[20],
       left_out={"Observation/@ards-severity": "old"})
simple("gvhd-grade-old", "Grade III a day too old", "gvhd", "AUNNUN", grade("agvhd-grade", "III", D[31]),
       left_out={"Observation/@agvhd-grade": "old"})
GRADED = [  # a diagnosis that says its stage: name, indication, code, states
    ("gvhd", "gm:T86.02", "AUNNNN"), ("gvhd", "gm:T86.01", "AUNNUN"), ("gvhd", "gm-old:t8602", "AUNNNN"),
    ("heart", "gm:I50.11", "NANNUN"), ("heart", "gm:I50.13", "YANNNN"), ("heart", "gm:I50.14", "YANNNN"),
    ("heart", "gm:I50.03", "NANNUN"), ("heart", "gm:I50.04", "YANNNN"), ("heart", "gm:I50.05", "YANNNN"),
    ("heart", "gm:I50.19", "NANNYN"),
]
for ind, code, states in GRADED:
    diagnosed(f"diagnosed-{ind}-{code.lower().replace(':', '-').replace('.', '-')}", f"What {code} says of the stage", ind, states, code,
              onset=D[60])
for code, s2 in (("gm:J80.01", "Y"), ("gm:J80.02", "N"), ("gm:J80.03", "N"), ("gm:J80.04", "Y"), ("gm:J80.06", "N"),
                 ("gm:J80.09", "U")):
    diagnosed(f"diagnosed-ards-{code[3:].lower().replace('.', '-')}", f"What {code} says of the stage", "ards", f"AUNN{s2}N", code,
              onset=D[20], recorded=D[7])
for word, code, s2 in (("mild", "255604002", "Y"), ("moderate", "6736007", "N"), ("severe", "24484000", "N")):
    diagnosed(f"diagnosed-ards-{word}", f"ARDS, {word} by the severity of the Condition", "ards", f"AUNN{s2}N", "sct:67782005",
              onset=D[20], recorded=D[7], severity="sct:" + code)
diagnosed("diagnosed-heart-severity", "The severity of heart failure is no NYHA class", "heart", "NANNYN", "icd:I50.22",
          onset=D[60], severity="sct:24484000")
diagnosed("diagnosed-heart-ii-lvef", "NYHA II by the diagnosis, LVEF 45 %, 60 days", "heart", "NANNYN", "gm:I50.12", lvef(45),
          onset=D[60])
diagnosed("diagnosed-heart-i-right", "NYHA I by the diagnosis of the right side, LVEF 55 %", "heart", "NANNYN", "gm:I50.02", lvef(55),
          onset=D[60])
diagnosed("diagnosed-heart-grade-counts", "NYHA II observed before IV was diagnosed: the grade counts", "heart", "NANNYN",
          "gm:I50.14", nyha(2, date=D[30]), lvef(45), onset=D[60])
diagnosed("diagnosed-heart-window", "NYHA IV diagnosed on the first day that counts", "heart", "YANNNN", "gm:I50.14",
          onset=D[400], recorded=MONTHS[6][0])
diagnosed("diagnosed-heart-old", "NYHA IV diagnosed a day too early", "heart", "YANNUN", "gm:I50.14", onset=D[400],
          recorded=MONTHS[6][1], left_out=OLD)
diagnosed("diagnosed-gvhd-window", "Grade III or IV recorded on the first day that counts", "gvhd", "AUNNNN", "gm:T86.02",
          recorded=D[30])
diagnosed("diagnosed-gvhd-old", "Grade III or IV recorded a day too early", "gvhd", "AUNNUN", "gm:T86.02", recorded=D[31], left_out=OLD)
diagnosed("diagnosed-gvhd-fresh", "Not dated, begun in the window", "gvhd", "AUNNNN", "gm:T86.02", onset=D[20], recorded=None)
diagnosed("diagnosed-gvhd-not-dated", "Not dated, begun before the window", "gvhd", "AUNNUN", "gm:T86.02", recorded=None,
          left_out={"Condition/@disease": "uncertain-date"})
diagnosed("diagnosed-gvhd-no-date", "No date at all", "gvhd", "AUNNUN", "gm:T86.02", onset=None, recorded=None, axes=(0, 1, 1),
          left_out={"Condition/@disease": "no-date"})
diagnosed("diagnosed-gvhd-grade-counts", "MAGIC I observed before III or IV was diagnosed: the grade counts", "gvhd", "AUNNYN",
          "gm:T86.02", grade("agvhd-grade-magic", "I", D[28]))
diagnosed("diagnosed-ards-old", "Severe, recorded 8 days ago", "ards", "AUNNUN", "gm:J80.03", onset=D[20], recorded=D[8], left_out=OLD)
diagnosed("diagnosed-ards-grade-counts", "Severe by the diagnosis, PaO2/FiO2 250: the grade counts", "ards", "AUNNYN", "gm:J80.03",
          oxygen(250), onset=D[20], recorded=D[7])
STAGES = [  # Condition.stage: name, indication, code, stage, states
    ("nyha-snomed", "heart", "icd:I50.22", {"summary": "loinc:LA28406-9", "type": "sct:420816009"}, "YANNNN"),
    ("nyha-loinc", "heart", "icd:I50.22", {"summary": "sct:420913000", "type": "loinc:88020-3"}, "YANNNN"),
    ("nyha-untyped", "heart", "icd:I50.22", {"summary": "sct:422293003"}, "YANNNN"),
    ("child-pugh", "cirrhosis", "icd:K74.60", {"summary": "sct:710067001", "type": "loinc:98153-0"}, "YANNNN"),
    ("gvhd-ibmtr", "gvhd", "icd:D89.810", {"summary": "value:C"}, "AUNNNN"),
    ("gvhd-roman", "gvhd", "icd:D89.810", {"summary": "value:I"}, "AUNNYN"),
    ("gvhd-magic", "gvhd", "icd:D89.810", {"summary": "value:III", "type": "obs:agvhd-grade-magic"}, "AUNNNN"),
    ("gvhd-pcsp-1", "gvhd", "sct:402355000", {"summary": "pcsp:Gvhd-acute-1"}, "AUNNYN"),
    ("gvhd-pcsp-4", "gvhd", "sct:402355000", {"summary": "pcsp:Gvhd-acute-4"}, "AUNNNN"),
    ("gvhd-other-type", "gvhd", "icd:D89.810", {"summary": "value:III", "type": "obs:edss"}, "AUNNUN"),
    ("diabetes-2", "diabetes", "icd:E10.9", {"summary": "value:2"}, "AUNNYN"),
]
for name, ind, code, stage, states in STAGES:
    diagnosed(f"stage-of-condition-{name}", "What Condition.stage says", ind, states, code, onset=D[60], stage=stage)
simple("diabetes-presymptomatic-snomed", "Stage 2 by SNOMED CT is early", "diabetes", "AUNNYN", codes="sct:721121000124104",
       onset="2024-01-01")
simple("diabetes-presymptomatic-before", "A presymptomatic code beside the disease itself says nothing", "diabetes", "AUNNUN",
       condition("before", "icd:E10.A2", "2023-01-01"), onset="2024-01-01")

# ---- Duration ----

for ind, ok, late in (("limb", D[180], D[179]), ("foot", D[28], D[27])):
    simple(f"chronic-{ind}", "The first day that is chronic", ind, "YANNYN" if ind == "foot" else "YANNUN", onset=ok)
    simple(f"not-chronic-{ind}", "A day before", ind, "NANNYN" if ind == "foot" else "UANNUN", onset=late)

# ---- Every indication by each of its codes ----

CODES = {
    "knee": "M17.0 M17.10 M17.11 M17.12 M17.9 sct:239873007", "hip": "M16.0 M16.10 M16.12 M16.9 sct:239872002",
    "gvhd": "D89.810 D89.812 sct:402355000 sct:234646005", "crohn": "sct:235796008",
    "lupus": "M32.10 M32.14 M32.19 sct:55464009 sct:68815009", "ms": "G35 G35.A G35.D sct:24700007 sct:426373005",
    "ms-progressive": "G35.B0 G35.C0 sct:425500002 sct:428700003",
    "limb": "sct:233962007",
    "heart": "I50.22 I50.42 I50.9 sct:84114007 sct:42343007 sct:48447003 sct:417996009", "ards": "J80 sct:67782005",
    "foot": "E10.621 E11.621 E13.621 sct:371087003",
    "disc": "M51.36 M51.360 M51.369 M51.37 M50.30 sct:77547008", "tendon": "M76.61 M76.52 M77.11 M75.31 sct:11654001",
    "cord": "S14.101A S24.101D S34.101S sct:90584004", "cirrhosis": "K74.60 K74.69 K70.30 K70.31 sct:19943007",
    "diabetes": "E10.9 E10.65 sct:46635009", "eye": "H04.121 H16.223 sct:46152009", "areata": "L63.0 L63.9 sct:68225006",
    "androgenic": "L64.8 L64.9 sct:87872006", "gum": "K05.30 sct:41565005",
    "horse-tendon": "vet:equine-sdft-tendinopathy vet:equine-suspensory-desmitis sct:34840004",
}
for ind, codes in CODES.items():
    group = INDICATIONS[ind][2]
    for code in codes.split():
        full = code if ":" in code else "icd:" + code
        states = ("Y" if "D" in group else "A") + m2(group) + "NNUN"
        simple(f"code-{ind}-{code.split(':')[-1].lower().replace('.', '-')}", f"{code} means the indication", ind, states,
               codes=full, onset=D[400])

STAGED = {  # codes that say the stage as well
    "limb": {"I70.221": "N", "I70.231": "N", "I70.242": "N", "I70.25": "N", "I70.261": "N"},
    "gum": {"K05.311": "Y", "K05.322": "N", "K05.323": "N"},
}
for ind, codes in STAGED.items():
    for code, s2 in codes.items():
        simple(f"code-{ind}-{code.lower().replace('.', '-')}", f"{code} means the indication and its stage", ind, f"YANN{s2}N",
               codes="icd:" + code, onset=D[400])

NOT_MEANT = {  # codes near an indication that are not it
    "L64.0": "Drug-induced androgenic alopecia", "M32.0": "Drug-induced lupus", "D89.811": "Chronic graft-versus-host disease",
    "E11.9": "Type 2 diabetes without a foot ulcer", "I70.211": "Claudication", "S14.101B": "No such seventh character",
    "K50.90": "Crohn's disease without a fistula", "K60.3": "A fistula without Crohn's disease", "K50.113": "Crohn's disease with any fistula",
    "G82.20": "Paraplegia of any cause", "M75.121": "A complete tear", "I73.9": "Arterial disease without a stage", "M15.0": "Generalised arthrosis",
}
for code, title in NOT_MEANT.items():
    simple(f"not-{code.lower().replace('.', '-')}", f"{title} is no indication", "knee", "AANNUN", codes="icd:" + code,
           onset=D[400], indication=False)

# ---- Crohn's disease with a fistula ----

for fistula in ("K60.3", "K60.30", "K60.4", "K60.5"):
    simple(f"crohn-with-{fistula.lower().replace('.', '-')}", f"Crohn's disease with {fistula}", "crohn", "AUNNUN",
           condition("fistula", "icd:" + fistula, D[60]), codes="icd:K50.90", onset=D[400])
simple("crohn-fistula-history", "Crohn's disease with a fistula that has healed", "crohn", "AANNUN",
       condition("fistula", "icd:K60.3", D[400], "resolved"), codes="icd:K50.90", onset=D[400], indication=False)
simple("crohn-fistula-graded", "Crohn's disease with a recorded complexity of the fistula", "crohn", "AUNNNN",
       grade("fistula-complexity", "complex"), codes="sct:34000006", onset=D[400])

# ---- Species ----

for ind in ("dog-joint", "cat-mouth", "dog-skin", "dog-bowel", "horse-tendon"):
    code = INDICATIONS[ind][0]
    case(f"no-species-{ind}", "A diagnosis of animals on a patient without a species", "AANNUN",
         patient("male", "1990-03-01"), condition("disease", code, D[400]), quiet(), order(objective="symptom-relief"),
         indication=False, note="Data quality: listed under conflicts.")
case("wrong-species-mouth", "A disease of cats on a dog", "AANNUN", patient(None, "2018-03-01", "dog"),
     condition("disease", "vet:feline-chronic-gingivostomatitis", D[400]), quiet("dog"), order(objective="symptom-relief"),
     indication=False)
case("dog-human-code", "ICD-10-CM on a dog counts, with a note", "YANNNN", patient(None, "2018-03-01", "dog"),
     condition("disease", "icd:M17.11", D[400]), quiet("dog"), order(objective="symptom-relief"),
     grade("vet-severity", "moderate"))
case("dog-two-codes", "Two codes of one disease on a dog are one fact", "YANNNN", patient(None, "2018-03-01", "dog"),
     condition("disease", "icd:M17.11", D[60]), condition("disease-2", "sct:396275006", D[400]), quiet("dog"),
     order(objective="symptom-relief"), grade("vet-severity", "moderate"))
case("horse-genus", "The genus Equus is a horse, with a note", "YANNNN", patient(None, "2018-03-01", "388445009"),
     condition("disease", "sct:396275006", D[400]), quiet("horse"), order(objective="symptom-relief"),
     grade("vet-severity", "moderate"), jurisdiction="EU")
case("rabbit", "A rabbit: no data", "YANNNN", patient(None, "2022-03-01", "rabbit"),
     condition("disease", "sct:396275006", D[400]), quiet("rabbit"), order(objective="symptom-relief"),
     grade("vet-severity", "moderate"), species=False, excluded=["msc", "secretome"], gates={"H7": "triggered"})

# ---- M2: every row of evidence, at, just under and just over; windows; units ----

ROWS = [  # indication, name, code, unit, raised, not raised, window
    ("lupus", "crp", "loinc:1988-5", "mg/L", [10, 10.1], [9.9], DAYS[90]),
    ("gvhd", "crp", "loinc:1988-5", "mg/L", [10], [9.9], DAYS[30]),
    ("ards", "crp", "loinc:1988-5", "mg/L", [10], [9.9], DAYS[7]),
    ("lupus", "hscrp", "loinc:30522-7", "mg/L", [3.1], [3], DAYS[90]),
    ("gvhd", "hscrp", "loinc:30522-7", "mg/L", [3.1], [3], DAYS[30]),
    ("lupus", "esr", "loinc:4537-7", "mm/h", [31], [30], DAYS[90]),
    ("lupus", "esr-other", "loinc:30341-2", "mm/h", [31], [30], DAYS[90]),
    ("lupus", "il6", "loinc:26881-3", "pg/mL", [7.1], [7], DAYS[30]),
    ("lupus", "tnf", "loinc:3074-2", "pg/mL", [8.2], [8.1], DAYS[30]),
    ("crohn", "calprotectin", "loinc:38445-3", "ug/g", [251], [250], DAYS[90]),
    ("lupus", "protein", "loinc:2890-2", "mg/g", [500, 501], [499], DAYS[90]),
]
SHORT = {"ards": "2026-06-01", "gvhd": D[100]}
for ind, name, code, unit, raised, low, (inside, outside) in ROWS:
    onset = SHORT.get(ind, D[400])
    for value in raised:
        simple(f"m2-{ind}-{name}-{str(value).replace('.', '-')}", f"{name} {value} {unit} is raised", ind, f"AYNNUN",
               observation("lab", code, value, D[7], unit), onset=onset)
    for value in low:
        simple(f"m2-{ind}-{name}-{str(value).replace('.', '-')}", f"{name} {value} {unit} is not", ind, f"AUNNUN",
               observation("lab", code, value, D[7], unit), onset=onset)
    simple(f"m2-{ind}-{name}-window", f"{name}: the first day that counts", ind, f"AYNNUN",
           observation("lab", code, raised[0], inside, unit), onset=onset)
    simple(f"m2-{ind}-{name}-old", f"{name}: a day too old", ind, f"AUNNUN",
           observation("lab", code, raised[0], outside, unit), onset=onset)

UNITS = [  # the same value in another unit
    ("crp-mg-dl", "lupus", "loinc:1988-5", 1.2, "mg/dL", "Y"), ("crp-mg-dl-low", "lupus", "loinc:1988-5", 0.9, "mg/dL", "U"),
    ("crp-ug-ml", "lupus", "loinc:1988-5", 12, "ug/mL", "Y"), ("il6-ng-l", "lupus", "loinc:26881-3", 8, "ng/L", "Y"),
    ("protein-g-g", "lupus", "loinc:2890-2", 0.6, "g/g", "Y"), ("protein-mg-mg", "lupus", "loinc:2890-2", 0.4, "mg/mg", "U"),
    ("calprotectin-mg-kg", "crohn", "loinc:38445-3", 300, "mg/kg", "Y"),
]
for name, ind, code, value, unit, letter in UNITS:
    simple(f"unit-{name}", f"{value} {unit}", ind, f"A{letter}NNUN", observation("lab", code, value, D[7], unit), onset=D[400])
simple("unit-molar", "A molar result is not converted", "lupus", "AUNNUN",
       observation("lab", "loinc:76485-2", 200, D[7], "nmol/L"), onset=D[400])
simple("unit-protein-molar", "Protein by mole of creatinine is not converted", "lupus", "AUNNUN",
       observation("lab", "loinc:2890-2", 300, D[7], "mg/mmol"), onset=D[400], left_out={"Observation/@lab": "wrong-unit"})
simple("m2-text", "A result in words is unknown", "lupus", "AUNNUN",
       observation("lab", "loinc:1988-5", None, D[7], valueString="48 mg/L"), onset=D[400],
       left_out={"Observation/@lab": "not-a-quantity"})
for comparator, value, letter in ((">", 10, "Y"), (">", 9, "U"), (">=", 10, "Y"), ("<", 10, "U"), ("<", 20, "U"), ("<=", 10, "U")):
    simple(f"m2-comparator-{'gl'[comparator[0] == '<']}{len(comparator)}-{value}", f"CRP {comparator} {value}", "lupus",
           f"A{letter}NNUN", observation("lab", "loinc:1988-5", value, D[7], "mg/L", comparator), onset=D[400])
simple("m2-ferritin", "Ferritin alone never shows activity", "lupus", "AUNNUN",
       observation("lab", "loinc:2276-4", 900, D[7], "ug/L"), onset=D[400])
simple("m2-ferritin-twice", "Nor does it persist alone", "lupus", "AUNNUN",
       observation("lab", "loinc:2276-4", 900, D[7], "ug/L"), observation("lab-2", "loinc:2276-4", 900, D[60], "ug/L"),
       onset=D[400])
simple("m2-calprotectin-elsewhere", "Calprotectin is for bowel disease only", "lupus", "AUNNUN",
       observation("lab", "loinc:38445-3", 900, D[7], "ug/g"), onset=D[400])
simple("m2-protein-elsewhere", "Urine protein is for lupus only", "crohn", "AUNNUN",
       observation("lab", "loinc:2890-2", 900, D[7], "mg/g"), onset=D[400])
for status in ("amended", "corrected"):
    simple(f"m2-{status}", f"A result that was {status} counts", "lupus", "AYNNUN",
           observation("lab", "loinc:1988-5", 48, D[7], "mg/L", status=status), onset=D[400])
for status, reason in (("preliminary", "not-final"), ("registered", "not-final"), ("entered-in-error", "entered-in-error"),
                       ("cancelled", "cancelled")):
    simple(f"m2-{status}", f"A result that is {status} does not", "lupus", "AUNNUN",
           observation("lab", "loinc:1988-5", 48, D[7], "mg/L", status=status), onset=D[400],
           left_out={"Observation/@lab": reason})

# ---- M2 and M3: relapse, flares, refractory disease, several organs, codes ----

for status in ("relapse", "recurrence"):
    case(f"m2-{status}", f"Clinical status {status}", "AYNNUN", patient(), condition("disease", "icd:G35.A", D[400], status),
         quiet(), order(objective="symptom-relief"))
flare = lambda key, date, value=True: grade("flare", value, date, _key=key)
simple("flares-one", "One flare is not enough", "ms", "AUNNUN", flare("f1", D[60]), onset=D[400])
simple("flares-two", "Two flares in 12 months", "ms", "AYYNUN", flare("f1", D[60]), flare("f2", D[30]), onset=D[400])
simple("flares-same-day", "Two records of one day are one flare", "ms", "AUNNUN", flare("f1", D[60]), flare("f2", D[60]),
       onset=D[400])
simple("flares-count", "A count of flares", "ms", "AYYNUN", flare("f1", D[60], 2), onset=D[400])
simple("flares-denied", "A flare that was denied", "ms", "AUNNUN", flare("f1", D[60]), flare("f2", D[30], False), onset=D[400])
simple("flares-window", "The first day that counts", "ms", "AYYNUN", flare("f1", MONTHS[12][0]), flare("f2", D[30]),
       onset=D[400])
simple("flares-old", "A day too old", "ms", "AUNNUN", flare("f1", MONTHS[12][1]), flare("f2", D[30]), onset=D[400],
       left_out={"Observation/@f1": "old"})
simple("flares-degenerative", "Flares count for M3 in any disease", "knee", "YAYNUN", flare("f1", D[60]), flare("f2", D[30]),
       onset=D[400])
refractory = lambda value=True, date=D[30], key="steroid-refractory": grade(key, value, date)
simple("refractory", "Refractory to steroids", "gvhd", "AYNNNN", refractory())
simple("refractory-other", "Refractory to treatment", "lupus", "AYNNNN", refractory(key="refractory"), onset=D[400])
simple("refractory-coded", "Refractory, as a coded answer", "gvhd", "AYNNNN", refractory("present"))
simple("refractory-no", "Not refractory", "gvhd", "AUNNUN", refractory(False))
simple("refractory-newest", "The newest answer counts", "gvhd", "AUNNUN", refractory(True, D[60]) | {"_key": "a"},
       refractory(False, D[30]) | {"_key": "b"})
simple("refractory-window", "The first day that counts", "gvhd", "AYNNNN", refractory(date=MONTHS[12][0]))
simple("refractory-old", "A day too old", "gvhd", "AUNNUN", refractory(date=MONTHS[12][1]),
       left_out={"Observation/@steroid-refractory": "old"})
simple("refractory-not-early", "A refractory disease is not early, whatever its grade", "gvhd", "AYNNNN", refractory(),
       grade("agvhd-grade-ibmtr", "A"))
for name, reason, letter in (("coded", "value:inadequate-response", "Y"), ("snomed", "sct:58848006", "Y"),
                             ("words", "text:Inadequate response to it", "Y"), ("other", "text:Cost", "U")):
    simple(f"stopped-{name}", f"A treatment stopped: {reason}", "lupus", f"A{letter}NN{'N' if letter == 'Y' else 'U'}N",
           statement("drug", "rxnorm:1256", "stopped", reason, D[60]), onset=D[400])
simple("stopped-old", "Stopped more than 12 months ago", "lupus", "AUNNUN",
       statement("drug", "rxnorm:1256", "stopped", "value:inadequate-response", MONTHS[12][1]), onset=D[400])
simple("stopped-completed", "Completed is not stopped", "lupus", "AUNNUN",
       statement("drug", "rxnorm:1256", "completed", "value:inadequate-response", D[60]), onset=D[400])
for ind in ("cat-mouth", "dog-skin", "dog-bowel"):
    simple(f"refractory-{ind}", "Refractory is advanced, whatever the severity", ind, "AYNNNN", refractory(key="refractory"),
           grade("vet-severity", "mild"))
simple("organs-two", "Two organs", "gvhd", "AYNNUN", grade("organs-involved", 2))
simple("organs-one", "One organ", "gvhd", "AUNNUN", grade("organs-involved", 1))
simple("organs-lupus", "Two organ codes in lupus", "lupus", "AYNNUN", condition("lung", "icd:M32.13", D[400]), onset=D[400])
case("organs-sites", "Two coded body sites in GVHD", "AYNNUN", patient(),
     condition("disease", "icd:D89.810", D[100], bodySite=[concept("sct:39937001"), concept("sct:10200004")]), quiet(),
     order(objective="symptom-relief"))
for code, letter in (("G35.B1", "Y"), ("G35.C1", "Y"), ("G35.B2", "N"), ("G35.C2", "N")):
    simple(f"ms-code-{code[4:].lower()}", f"{code} says whether it is active", "ms-progressive", f"Y{letter}NNUN",
           codes="icd:" + code, onset=D[400])
simple("ms-inactive-but-raised", "A code of no activity beside a raised result: active", "ms-progressive", "YYNNUN",
       observation("lab", "loinc:1988-5", 48, D[7], "mg/L"), codes="icd:G35.C2", onset=D[400])
simple("activity-active", "A statement that the disease is active", "lupus", "AYNNUN", grade("disease-activity", "active", D[60]),
       onset=D[400])
simple("activity-inactive", "A statement that it is not", "lupus", "ANNNUN", grade("disease-activity", "inactive", D[60]),
       onset=D[400])
simple("activity-old", "A statement too old", "lupus", "AUNNUN", grade("disease-activity", "inactive", D[91]), onset=D[400],
       left_out={"Observation/@disease-activity": "old"})
for ind, index in (("cat-mouth", "sdai"), ("dog-skin", "cadesi"), ("dog-bowel", "ccecai")):
    simple(f"index-{index}-high", f"{index} by its interpretation", ind, "AYNNUN",
           animal_result("index", "obs:" + index, 14, None, D[30], interpretation="H"))
    simple(f"index-{index}-normal", f"{index} within its range", ind, "ANNNUN",
           animal_result("index", "obs:" + index, 2, None, D[30], high=3))
    simple(f"index-{index}-range", f"{index} above its range", ind, "AYNNUN",
           animal_result("index", "obs:" + index, 4, None, D[30], high=3))
simple("dog-bowel-crp-human", "A human threshold is not used for a dog", "dog-bowel", "AUUNUN",
       animal_result("lab", "loinc:1988-5", 48, "mg/L", D[7]), silent=True, axes=(1, 0, 1))
simple("dog-bowel-crp-range", "A dog's CRP above its own range", "dog-bowel", "AYNNUN",
       animal_result("lab", "loinc:1988-5", 48, "mg/L", D[7], high=20))

# ---- S3: the labelled course ----

LABEL = "product:remestemcel-l"
simple("erep-label", "The labelled course does not count", "gvhd", "AUNNUN",
       order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(8, 2, 1, "wk")))
simple("erep-temcell", "Nor does that of Temcell", "gvhd", "AUNNUN",
       order=order("product:temcell-hs", "route:intravenous", "symptom-relief", repeat=repeat(None, 2, 1, "wk", 28)),
       jurisdiction="JP")
simple("erep-twelve", "Eight doses and the four that follow a partial response", "gvhd", "AUNNUN",
       order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(12, 2, 1, "wk")))
simple("erep-thirteen", "One dose more than the label", "gvhd", "AUNNUY",
       order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(13, 2, 1, "wk")))
simple("erep-denser", "More often than the label", "gvhd", "AUNNUY",
       order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(8, 3, 1, "wk")))
simple("erep-other-indication", "The label of another indication", "lupus", "AUNNUY", onset=D[400],
       order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(8, 2, 1, "wk")))
simple("erep-other-product", "Eight doses of an unnamed product", "gvhd", "AUNNUY",
       order=order("modality:msc", "route:intravenous", "symptom-relief", repeat=repeat(8, 2, 1, "wk")))
simple("erep-given", "Doses of the labelled course that were given", "gvhd", "AUNNUN", given("g1", LABEL, D[8]),
       given("g2", LABEL, D[7]), order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(6, 2, 1, "wk")))

# ---- Gates ----


def gate(name, title, found, *resources, ind="knee", states=None, **more):
    """A long-standing disease, M1 met, nothing for secretome: a gate that stops nothing leaves MSC favoured."""
    group = INDICATIONS[ind][2]
    states = states or ("Y" if "D" in group else "A") + m2(group) + "NNUN"
    simple(name, title, ind, states, *resources, onset=D[400], gates=found, **more)


STOP = dict(excluded=["msc", "secretome"])
STOP_MSC = dict(excluded=["msc"])
iv = lambda codes="modality:msc", **more: order(codes, "route:intravenous", "symptom-relief", **more)


def condition_states(gid, codes, name, positive, **more):
    """One Condition in each standing: active, not confirmed, refuted, in error, resolved, none."""
    effect = more.pop("effect", {})
    raised = more.pop("raised", None)
    gate(f"{name}-active", f"{gid}: active", {gid: positive}, condition("finding", codes, D[30]),
         **(more | effect | ({"states": raised} if raised else {})))
    gate(f"{name}-unconfirmed", f"{gid}: not confirmed", {gid: "unconfirmed"},
         condition("finding", codes, D[30], verification="provisional"), **more)
    gate(f"{name}-refuted", f"{gid}: refuted", {gid: "not-recorded"},
         condition("finding", codes, D[30], verification="refuted"), **more)
    gate(f"{name}-in-error", f"{gid}: entered in error", {gid: "not-recorded"},
         condition("finding", codes, D[30], None, "entered-in-error"), **more)
    gate(f"{name}-none", f"{gid}: nothing recorded", {gid: "not-recorded"}, **more)


condition_states("H2a", "icd:M00.9", "h2a-joint", "triggered", effect=STOP)
condition_states("H2a", "icd:M86.9", "h2a-bone", "triggered", effect=STOP)
condition_states("H2a", "icd:K61.0", "h2a-abscess", "triggered", ind="crohn", effect=STOP)
gate("h2a-abscess-elsewhere", "An anal abscess matters for a fistula only", {"H2a": "not-recorded", "H2e": "triggered"},
     condition("finding", "icd:K61.0", D[30]))
gate("h2a-intravenous", "An infection of a joint and an intravenous route", {"H2a": "clear", "H2e": "triggered"},
     condition("finding", "icd:M00.9", D[30]), order=iv())
gate("h2a-no-route", "An infection of a joint and no route", {"H2a": "unconfirmed"}, condition("finding", "icd:M00.9", D[30]),
     order=order("modality:msc", None, "symptom-relief"))
gate("h2a-wound", "An infected wound", {"H2a": "triggered"}, grade("wound-infection", "present"), ind="foot", **STOP)
gate("h2a-wound-absent", "A clean wound says nothing of a joint", {"H2a": "not-recorded"}, grade("wound-infection", "absent"), ind="foot")
gate("h2a-wound-window", "30 days old", {"H2a": "triggered"}, grade("wound-infection", True, D[30]), ind="foot", **STOP)
gate("h2a-wound-old", "31 days old", {"H2a": "not-recorded"}, grade("wound-infection", True, D[31]), ind="foot",
     left_out={"Observation/@wound-infection": "old"})
gate("h2a-healed", "A healed infection of a joint", {"H2a": "not-recorded"}, condition("finding", "icd:M00.9", D[400], "resolved"))

ARDS = dict(ind="ards", order=iv())
simple("h2b-ards", "ARDS caused by sepsis", "ards", "AUNNUN", condition("sepsis", "icd:A41.9", D[7]), onset=D[7],
       gates={"H2": "clear", "H2b": "triggered"}, order=iv())
simple("h2b-snomed", "ARDS caused by sepsis, SNOMED CT", "ards", "AUNNUN", condition("sepsis", "sct:91302008", D[7]), onset=D[7],
       gates={"H2": "clear", "H2b": "triggered"}, order=iv())
simple("h2b-shock", "ARDS with septic shock: the stop remains", "ards", "AUNNUN", condition("sepsis", "icd:A41.9", D[7]),
       condition("shock", "icd:R65.21", D[7]), onset=D[7], gates={"H2": "triggered", "H2b": "not-recorded"}, order=iv(), **STOP)
simple("h2b-none", "ARDS without sepsis", "ards", "AUNNUN", onset=D[7], gates={"H2": "not-recorded", "H2b": "not-recorded"},
       order=iv())
gate("h2b-elsewhere", "Sepsis without ARDS", {"H2": "triggered", "H2b": "clear"}, condition("sepsis", "icd:A41.9", D[7]), **STOP)
for code in ("icd:B18.1", "icd:B18.2", "icd:B20", "icd:Z21", "sct:86406008"):
    gate(f"h2c-{code.split(':')[1].lower().replace('.', '-')}", f"H2c: {code}", {"H2c": "triggered"}, condition("finding", code, D[400]))
condition_states("H2c", "icd:B18.1", "h2c", "triggered")

FEMALE = lambda species=None: patient("female", "2018-03-01" if species else "1985-01-01", species)
gate("h3a-dog", "A pregnant dog: a precaution", {"H3a": "triggered"},
     observation("pregnancy", "loinc:82810-3", "loinc:LA15173-0"), ind="dog-joint", patient=FEMALE("dog"))
gate("h3a-dog-no", "A dog that is not pregnant: lactation is open", {"H3a": "not-recorded"},
     observation("pregnancy", "loinc:82810-3", "loinc:LA26683-5"), ind="dog-joint", patient=FEMALE("dog"))
gate("h3a-dog-silent", "A bitch of which nothing is recorded", {"H3a": "not-recorded"}, ind="dog-joint", patient=FEMALE("dog"))
gate("h3a-dog-unconfirmed", "A pregnancy that is not confirmed", {"H3a": "unconfirmed"},
     condition("pregnancy", "sct:77386006", D[30], verification="provisional"), ind="dog-joint", patient=FEMALE("dog"))
gate("h3a-lactation", "Lactation of a woman: a precaution", {"H3a": "triggered", "H3b": "not-recorded"},
     grade("lactation", True), patient=FEMALE())
gate("h3a-lactation-no", "No lactation", {"H3a": "clear", "H3b": "not-recorded"}, grade("lactation", "absent"), patient=FEMALE())
gate("h3a-male", "A male", {"H3a": "clear"})

ANTIBIOTIC = {"gentamicin": "1596450", "streptomycin": "10109", "penicillin": "7980"}
for drug, code in ANTIBIOTIC.items():
    gate(f"h4b-{drug}", f"Allergy to {drug}", {"H4b": "triggered"}, allergy("allergy", "rxnorm:" + code))
gate("h4b-unconfirmed", "An unconfirmed allergy to penicillin", {"H4b": "unconfirmed"},
     allergy("allergy", "rxnorm:7980", verification="unconfirmed"))
gate("h4b-refuted", "A refuted allergy to penicillin", {"H4b": "not-recorded"},
     allergy("allergy", "rxnorm:7980", verification="refuted"), left_out={"AllergyIntolerance/@allergy": "refuted"})
gate("h4b-none", "No known allergy", {"H4": "clear", "H4b": "clear", "H5": "clear"}, allergy("allergy", "sct:716186003"))
DMSO = "unii:YOW8V9698H"
RAISED = dict(states="YANYUN", **STOP_MSC)
for substance in ("bovine-protein", "porcine-protein", "murine-protein"):
    gate(f"h4-{substance}", f"Allergy to {substance}", {"H4": "triggered"}, allergy("allergy", "substance:" + substance), **RAISED)
gate("h4c-free", "A product that lists no DMSO", {"H4": "clear", "H4c": "triggered"}, allergy("allergy", DMSO),
     order=order(objective="symptom-relief", ingredients=["text:cells"]))
gate("h4c-autologous", "The patient's own cells", {"H4": "clear", "H4c": "triggered"}, allergy("allergy", DMSO),
     order=order("product:stemirac", objective="symptom-relief"))
gate("h4c-listed", "A product that lists DMSO", {"H4": "triggered", "H4c": "not-recorded"}, allergy("allergy", DMSO),
     order=order(objective="symptom-relief", ingredients=[DMSO]), **RAISED)
gate("h4c-silent", "A product that lists nothing", {"H4": "triggered", "H4c": "not-recorded"}, allergy("allergy", DMSO), **RAISED)
gate("h4c-protein", "The protein part of H4 stays", {"H4": "triggered", "H4c": "clear"},
     allergy("allergy", "substance:bovine-protein"), order=order(objective="symptom-relief", ingredients=["text:cells"]),
     **RAISED)
gate("h4-secretome-lists", "A secretome product that lists what the patient is allergic to",
     {"H4": "triggered", "H4c": "not-recorded"}, allergy("allergy", DMSO), states="YANYUN",
     order=order("modality:secretome", objective="symptom-relief", ingredients=[DMSO]), **STOP)
gate("h4-secretome-other", "A secretome product without it", {"H4": "triggered", "H4c": "not-recorded"},
     allergy("allergy", DMSO), order=order("modality:secretome", objective="symptom-relief", ingredients=["text:x"]), **RAISED)

gate("h5-msc", "A serious reaction to MSC", {"H5": "triggered"}, adverse_event("modality:msc"), **RAISED)
gate("h5-product", "A serious reaction to a named product", {"H5": "triggered"}, adverse_event("product:remestemcel-l"), **RAISED)
gate("h5-death-threatening", "A reaction that was life-threatening is serious", {"H5": "triggered"},
     adverse_event("modality:msc", "SeriousIsLifeThreatening"), **RAISED)
gate("h5-secretome", "A serious reaction to secretome", {"H5": "triggered"}, adverse_event("modality:secretome"),
     excluded=["secretome"])
gate("h5-both", "Serious reactions to both", {"H5": "triggered"}, adverse_event("modality:secretome"),
     adverse_event("modality:msc", key="event-2"), states="YANYUN", **STOP)
gate("h5-not-serious", "A reaction that was not serious", {"H5": "not-recorded"}, adverse_event("modality:msc", "Non-serious"))
gate("h5-unknown", "A reaction of unknown seriousness", {"H5": "unconfirmed"}, adverse_event("modality:msc", None))
gate("h5-potential", "A potential event", {"H5": "not-recorded"}, adverse_event("modality:msc", actuality="potential"))
gate("h5-other-product", "A serious reaction to something else", {"H5": "not-recorded"}, adverse_event("rxnorm:1256"))
gate("h5-allergy", "An allergy to the product", {"H5": "triggered"}, allergy("allergy", "product:remestemcel-l"), **RAISED)
gate("h5-allergy-unconfirmed", "An unconfirmed allergy to the product", {"H5": "unconfirmed"},
     allergy("allergy", "product:remestemcel-l", verification="unconfirmed"))
for code in ("T80.52", "T78.2"):
    gate(f"h5-history-{code.lower().replace('.', '-')}", "An anaphylactic reaction of unknown cause", {"H5": "unconfirmed"},
         condition("finding", "icd:" + code, D[400], "resolved"))

for code in ("icd:I82.401", "icd:I26.99", "sct:128053003", "sct:59282003"):
    gate(f"p1a-{code.split(':')[1].lower().replace('.', '-')}", f"P1a: {code}", {"P1a": "triggered"},
         condition("finding", code, D[30]), order=iv(), **RAISED)
gate("p1a-old-active", "Begun long ago and never closed", {"P1a": "unconfirmed"}, condition("finding", "icd:I26.99", D[400]), order=iv())
gate("p1a-resolved-90", "Resolved, begun 90 days ago", {"P1a": "triggered"}, condition("finding", "icd:I26.99", D[90], "resolved"),
     order=iv(), **RAISED)
gate("p1a-resolved-91", "Resolved, begun 91 days ago: history", {"P1a": "not-recorded", "P1b": "triggered"},
     condition("finding", "icd:I26.99", D[91], "resolved"), order=iv())
gate("p1a-local", "Not by an intravascular route", {"P1a": "clear"}, condition("finding", "icd:I26.99", D[30]))
gate("p1a-arterial", "Intra-arterial is intravascular", {"P1a": "triggered"}, condition("finding", "icd:I26.99", D[30]),
     order=order("modality:msc", "route:intra-arterial", "symptom-relief"), **RAISED)
gate("p1a-no-route", "No route on the order", {"P1a": "unconfirmed"}, condition("finding", "icd:I26.99", D[30]),
     order=order("modality:msc", None, "symptom-relief"))
gate("p1a-unconfirmed", "Not confirmed", {"P1a": "unconfirmed"},
     condition("finding", "icd:I26.99", D[30], verification="provisional"), order=iv())
gate("p1a-none", "Nothing recorded", {"P1a": "not-recorded", "P1b": "not-recorded"}, order=iv())
gate("p1a-route-words", "A route in words", {"P1a": "triggered"}, condition("finding", "icd:I26.99", D[30]),
     order=order("modality:msc", "text:IV", "symptom-relief"), **RAISED)
PREC = dict(states="YANYUN")
gate("p1b-thrombophilia", "Thrombophilia raises S1", {"P1b": "triggered"}, condition("finding", "icd:D68.51", D[400]), order=iv(), **PREC)
gate("p1b-antiphospholipid", "D68.6-", {"P1b": "triggered"}, condition("finding", "icd:D68.61", D[400]), order=iv(), **PREC)
gate("p1b-history", "A history of thrombosis does not", {"P1b": "triggered"}, condition("finding", "icd:Z86.718", D[400]), order=iv())
gate("p1b-local", "Not by an intravascular route", {"P1b": "clear"}, condition("finding", "icd:D68.51", D[400]))
gate("p1b-unconfirmed", "Not confirmed", {"P1b": "unconfirmed"},
     condition("finding", "icd:D68.51", D[400], verification="provisional"), order=iv())

for code in ("icd:I27.0", "icd:I27.20", "sct:70995007", "icd:J96.11"):
    gate(f"p2-{code.split(':')[1].lower().replace('.', '-')}", f"P2: {code}", {"P2": "triggered"}, condition("finding", code, D[400]),
         order=iv(), **PREC)
spo2 = lambda value, date=D[7]: observation("spo2", "loinc:59408-5", value, date, "%")
gate("p2-spo2-89", "Saturation 89 %", {"P2": "triggered"}, spo2(89), order=iv(), **PREC)
gate("p2-spo2-90", "Saturation 90 % says nothing of the lung", {"P2": "not-recorded"}, spo2(90), order=iv())
gate("p2-spo2-old", "Saturation 89 %, 8 days old", {"P2": "not-recorded"}, spo2(89, D[8]), order=iv())
gate("p2-local", "Not by an intravenous route", {"P2": "clear"}, condition("finding", "icd:J96.11", D[400]))
gate("p2-unconfirmed", "Not confirmed", {"P2": "unconfirmed"},
     condition("finding", "icd:J96.11", D[400], verification="provisional"), order=iv())
gate("p2-none", "Nothing recorded", {"P2": "not-recorded"}, order=iv())
simple("p2-ards", "In ARDS it does not raise S1", "ards", "AUNNUN", condition("finding", "icd:J96.01", D[7]), onset=D[7],
       gates={"P2": "triggered"}, order=iv())

condition_states("P3", "icd:D84.821", "p3", "triggered")
gate("p3-steroids", "Long-term steroids", {"P3": "triggered"}, condition("finding", "icd:Z79.52", D[400]))
gate("p3-drug", "An immunosuppressive drug", {"P3": "triggered"}, statement("drug", "rxnorm:42316"))
gate("p3-drug-stopped", "One that was stopped", {"P3": "not-recorded"}, statement("drug", "rxnorm:42316", "stopped"))
gate("p3-drug-requested", "One that is prescribed", {"P3": "triggered"},
     {"resourceType": "MedicationRequest", "_key": "drug", "status": "active", "intent": "order",
      "medicationCodeableConcept": concept("rxnorm:42316"), "subject": None})

hla = lambda value=True, **more: grade("anti-hla-antibodies", value, **more)
gate("p4-once", "Antibodies, one dose", {"P4": "triggered"}, hla(), order=iv())
gate("p4-twice", "Antibodies, two doses: raises S1", {"P4": "triggered"}, hla(), order=iv(repeat=repeat(2)), **PREC)
gate("p4-again", "Antibodies, one dose after another: raises S1", {"P4": "triggered"}, hla(), given("g1", "modality:msc", D[100]),
     order=iv(), **PREC)
gate("p4-dsa", "Donor-specific antibodies", {"P4": "triggered"}, grade("donor-specific-antibodies", "present"), order=iv())
gate("p4-absent", "No antibodies: candidacy is open", {"P4": "not-recorded"}, hla(False), order=iv())
gate("p4-candidate", "Candidate for a transplant", {"P4": "triggered"}, condition("finding", "icd:Z76.82", D[60]), order=iv())
gate("p4-candidate-unconfirmed", "Perhaps a candidate", {"P4": "unconfirmed"},
     condition("finding", "icd:Z76.82", D[60], verification="provisional"), order=iv())
gate("p4-autologous", "The patient's own cells", {"P4": "clear"}, hla(), order=iv("product:stemirac"))
gate("p4-none", "Nothing recorded", {"P4": "not-recorded"}, order=iv())

for code in ("icd:N18.4", "icd:N18.5", "icd:N18.6", "sct:46177005"):
    gate(f"p5-{code.split(':')[1].lower().replace('.', '-')}", f"P5: {code}", {"P5": "triggered"}, condition("finding", code, D[400]), order=iv())
egfr = lambda value, date=D[30], code="98979-8": observation("egfr", "loinc:" + code, value, date, "mL/min/{1.73_m2}")
gate("p5-egfr-29", "eGFR 29", {"P5": "triggered"}, egfr(29), order=iv())
gate("p5-egfr-30", "eGFR 30", {"P5": "clear"}, egfr(30), order=iv())
gate("p5-egfr-2", "eGFR by the older formula", {"P5": "triggered"}, egfr(29, code="62238-1"), order=iv())
gate("p5-egfr-3", "eGFR by the oldest", {"P5": "triggered"}, egfr(29, code="33914-3"), order=iv())
gate("p5-egfr-90", "90 days old", {"P5": "triggered"}, egfr(29, D[90]), order=iv())
gate("p5-egfr-91", "91 days old", {"P5": "not-recorded"}, egfr(29, D[91]), order=iv())
gate("p5-stage-3", "N18.3 is not", {"P5": "not-recorded"}, condition("finding", "icd:N18.30", D[400]), order=iv())
gate("p5-unconfirmed", "Not confirmed", {"P5": "unconfirmed"},
     condition("finding", "icd:N18.4", D[400], verification="provisional"), order=iv())
condition_states("P6", "icd:K72.90", "p6", "triggered")
gate("p6-snomed", "Hepatic failure, SNOMED CT", {"P6": "triggered"}, condition("finding", "sct:59927004", D[60]))
gate("p6-cirrhosis", "Not when the indication is cirrhosis", {"P6": "clear"}, condition("finding", "icd:K72.90", D[60]),
     ind="cirrhosis")

CHILD = lambda born: patient("male", born)
for name, born, state, stop in (("2-months", "2026-04-15", "clear", False), ("younger", "2026-04-16", "triggered", True),
                                ("month-unclear", "2026-04", "unconfirmed", False), ("month-young", "2026-05", "triggered", True)):
    simple(f"p7-{name}", f"Born {born}", "gvhd", "AUNNUN", onset="2026-06-01",
           patient=CHILD(born), order=order(LABEL, "route:intravenous", "symptom-relief"),
           gates={"P7": state, "P7a": "clear"}, **(STOP if stop else {}))
simple("p7-no-birth-date", "No birth date", "gvhd", "AUNNUN", onset="2026-06-01", patient=CHILD(None),
       order=order(LABEL, "route:intravenous", "symptom-relief"), gates={"P7": "not-recorded", "P7a": "not-recorded"})
gate("p7a-17", "Aged 17", {"P7a": "triggered"}, patient=CHILD("2008-06-16"))
gate("p7a-18", "Aged 18", {"P7a": "clear"}, patient=CHILD("2008-06-15"))
gate("p7a-year", "Born in a year", {"P7a": "unconfirmed"}, patient=CHILD("2008"))
gate("p7a-label", "A product with a paediatric label", {"P7a": "clear"}, ind="gvhd", patient=CHILD("2015-01-01"),
     order=order(LABEL, "route:intravenous", "symptom-relief"))
gate("p7a-label-elsewhere", "The same product in another indication", {"P7a": "triggered"}, ind="lupus", patient=CHILD("2015-01-01"),
     order=order(LABEL, "route:intravenous", "symptom-relief"))

inr = lambda value, date=D[7], unit="{INR}": observation("inr", "loinc:6301-6", value, date, unit)
platelets = lambda value, date=D[7], unit="10*3/uL": observation("platelets", "loinc:777-3", value, date, unit)
gate("p8-inr-3", "INR 3 says nothing of a drug", {"P8": "not-recorded"}, inr(3))
gate("p8-inr-above", "INR 3.1", {"P8": "triggered"}, inr(3.1))
gate("p8-inr-unit", "INR with unit 1", {"P8": "triggered"}, inr(3.1, unit="1"))
gate("p8-inr-old", "INR 8 days old", {"P8": "not-recorded"}, inr(3.1, D[8]))
gate("p8-platelets-50", "Platelets 50 say nothing of a drug", {"P8": "not-recorded"}, platelets(50))
gate("p8-platelets-49", "Platelets 49", {"P8": "triggered"}, platelets(49))
gate("p8-platelets-litre", "Platelets by litre", {"P8": "triggered"}, platelets(49, unit="10*9/L"))
gate("p8-platelets-30", "30 days old", {"P8": "triggered"}, platelets(49, D[30]))
gate("p8-platelets-31", "31 days old", {"P8": "not-recorded"}, platelets(49, D[31]))
gate("p8-drug", "An anticoagulant", {"P8": "triggered"}, statement("drug", "rxnorm:11289"))
gate("p8-code", "Long-term anticoagulants", {"P8": "triggered"}, condition("finding", "icd:Z79.01", D[400]))
gate("p8-intravenous", "Not an injection into a place", {"P8": "clear"}, statement("drug", "rxnorm:11289"), order=iv())
gate("p8-no-route", "No route on the order", {"P8": "unconfirmed"}, statement("drug", "rxnorm:11289"),
     order=order("modality:msc", None, "symptom-relief"))

chain = lambda word: grade("food-chain-status", word)
gate("p9-food", "A horse that can become food", {"P9": "triggered"}, chain("not-excluded"), ind="horse-joint")
gate("p9-excluded", "A horse that is excluded from the food chain", {"P9": "clear"}, chain("excluded"), ind="horse-joint")
gate("p9-silent", "A horse of which it is not recorded", {"P9": "not-recorded"}, ind="horse-joint")
gate("p9-dog", "A dog", {"P9": "clear"}, ind="dog-joint")
gate("p10-again", "Equine cells for a dog, again", {"P10": "triggered"}, given("g1", "product:dogstem", "2024-01-10"),
     ind="dog-joint", order=order("product:dogstem", objective="symptom-relief"), jurisdiction="EU")
gate("p10-first", "Equine cells for a dog, for the first time", {"P10": "not-recorded"}, ind="dog-joint",
     order=order("product:dogstem", objective="symptom-relief"), jurisdiction="EU")
gate("p10-unnamed", "MSC of an unnamed product after equine cells", {"P10": "unconfirmed"},
     given("g1", "product:dogstem", "2024-01-10"), ind="dog-joint", jurisdiction="EU")
gate("p10-horse", "Equine cells for a horse", {"P10": "clear"}, given("g1", "product:horstem", "2024-01-10"), ind="horse-joint",
     order=order("product:horstem", objective="symptom-relief"), jurisdiction="EU")

# ---- Regulatory status by age, place and species ----

simple("gvhd-adult", "An adult: the label is paediatric", "gvhd", "AYNNNN", refractory(),
       order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(8, 2, 1, "wk")))
simple("crohn-eu", "The product was withdrawn in the EU", "crohn", "AUNNUN", jurisdiction="EU")
simple("crohn-japan", "The present status in Japan must be checked", "crohn", "AUNNUN", jurisdiction="JP")
simple("cord-japan", "A conditional approval", "cord", "YANNNN", grade("asia-impairment-scale", "B"), jurisdiction="JP",
       order=order("product:stemirac", "route:intravenous", "symptom-relief"))
simple("horse-eu", "Advanced disease, a label for mild to moderate disease", "horse-joint", "YANNNN",
       grade("vet-severity", "severe"), order=order("product:horstem", objective="symptom-relief"), jurisdiction="EU")

# ---- What records also say: periods, ages, other units, references ----


def dated(**more):
    """The long-standing knee of the other cases, its dates said in another way."""
    return lambda name, title, states, **rest: case(
        name, title, states, who(None), condition("disease", "icd:M17.0", None, **more), quiet(),
        order(objective="symptom-relief"), **rest)


def age(value, unit):
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


dated(onsetPeriod={"start": D[400]})("onset-period", "An onset as a period begins with it", "YANNUN")
dated(onsetAge=age(670, "mo"))("onset-age-months", "An onset at an age in months", "YANNUN")
dated(onsetAge=age(2900, "wk"))("onset-age-weeks", "An age in another unit is no onset", "UANNUN", axes=(0, 1, 1))
for name, title, abated in (
        ("period", "A period that has ended is history", {"abatementPeriod": {"end": D[30]}}),
        ("text", "An abatement in words is unconfirmed", {"abatementString": "last year"}),
        ("month", "An abatement this month may not have come yet", {"abatementDateTime": "2026-06"})):
    dated(onsetDateTime=D[400], **abated)(f"abated-{name}", title, "AANNUN", indication=False)
dated(onsetDateTime=D[400], abatementDateTime="2026-12-01")(
    "abated-ahead", "An abatement that lies ahead", "YANNUN")

grade4 = lambda **when: grade("kellgren-lawrence-grade", 4, None) | when
simple("grade-period", "A grade with a period", "knee", "YANNNN", grade4(effectivePeriod={"start": D[60], "end": D[30]}))
simple("grade-instant", "A grade with an instant", "knee", "YANNNN", grade4(effectiveInstant="2026-06-01T09:00:00Z"))

for unit, period, days in (("s", 86400, 3), ("min", 1440, 3), ("h", 12, 2), ("a", 1, 1095)):
    simple(f"repeat-unit-{unit}", f"A schedule in the unit {unit}", "knee", "YANNUY", onset=D[400],
           order=order(objective="symptom-relief", repeat=repeat(None, 1, period, unit, days)))
simple("service-timing", "A ServiceRequest with a schedule, a route and a reason", "knee", "YANNUY", onset=D[400],
       order=service(occurrenceTiming={"repeat": {"count": 3}}, orderDetail=[concept("route:intra-articular")],
                     reasonReference=[{"reference": "Condition/@disease"}], reasonCode=[concept("objective:symptom-relief")]))
product = lambda codes: {"resourceType": "Medication", "_key": "product", "code": concept(codes)}
by_reference = lambda resource: {k: v for k, v in resource.items() if k != "medicationCodeableConcept"} | {
    "medicationReference": {"reference": "Medication/@product"}}
in_period = lambda resource, start: {k: v for k, v in resource.items() if k != "effectiveDateTime"} | {
    "effectivePeriod": {"start": start}}
procedure = lambda codes, start: {"resourceType": "Procedure", "_key": "procedure", "status": "completed",
                                  "code": concept(codes), "subject": None, "performedPeriod": {"start": start}}
simple("given-by-reference", "Given twice: a product by reference, and a procedure", "knee", "YANNUY", product("modality:msc"),
       in_period(by_reference(given("g1", "modality:msc", D[100])), D[100]), procedure("modality:msc", D[60]), onset=D[400])
gate("p8-drug-by-reference", "An anticoagulant by reference", {"P8": "triggered"}, product("rxnorm:11289"),
     by_reference(statement("drug", "rxnorm:11289")))

for name, reason, letter in (("it", "disease", "Y"), ("other", "elsewhere", "U")):
    simple(f"stopped-for-{name}", f"A treatment stopped that was for {name}", "lupus",
           f"A{letter}NN{'N' if letter == 'Y' else 'U'}N",
           statement("drug", "rxnorm:1256", "stopped", "value:inadequate-response", D[60])
           | {"reasonReference": [{"reference": "Condition/@" + reason}]}, onset=D[400])

suspected = lambda reference: adverse_event("modality:msc")[0] | {"suspectEntity": [{"instance": {"reference": reference}}]}
gate("h5-administration", "A serious reaction to what was given", {"H5": "triggered"},
     suspected("MedicationAdministration/@g1"), given("g1", "modality:msc", "2024-10-01"), **RAISED)
gate("h5-procedure", "A serious reaction to a procedure", {"H5": "triggered"},
     suspected("Procedure/@procedure"), procedure("modality:msc", "2024-10-01"), **RAISED)
gate("h5-statement", "A serious reaction to what was taken", {"H5": "triggered"},
     suspected("MedicationStatement/@drug"), statement("drug", "modality:msc", "completed", dated="2024-10-01"), **RAISED)
gate("stops-two", "Two gates that stop both", {"H1": "triggered", "H2": "triggered"},
     condition("cancer", "icd:C50.911", D[100]), condition("sepsis", "icd:A41.9", D[7]), **STOP)

# ---- What could not be read: a state that could be another is unknown, a gate is not recorded ----

ALL = ["AdverseEvent", "AllergyIntolerance", "Condition", "Consent", "Goal", "MedicationAdministration", "MedicationRequest",
       "MedicationStatement", "Observation", "Procedure"]
NOT_CHECKED = {"H1": "not-recorded", "H2": "not-recorded", "H3": "not-recorded", "P6": "not-recorded"}
OPEN = dict(axes=(0, 0, 0), indication=False)
REFUSAL = {
    "resourceType": "Consent", "_key": "refusal", "status": "active",
    "scope": one(TERMS + "consentscope", "treatment"), "category": [one(TERMS + "consentcategorycodes", "acd")],
    "patient": None, "provision": {"type": "deny", "code": [concept("modality:msc")]}}


def unread(name, title, types, states, *resources, ind="knee", onset=D[400], **more):
    simple(f"unread-{name}", title, ind, states, *resources, onset=onset, unread=types, **more)


def without(name, title, types, states, *resources, **more):
    """A patient and an order; what was read of the chart is in the resources."""
    case(f"unread-{name}", title, states, more.pop("patient", None) or patient(),
         more.pop("order", None) or order(objective="symptom-relief"), *resources, unread=types, **more)


without("all", "Nothing could be read", ALL, "UUUUUU",
        gates=NOT_CHECKED | {"H4": "not-recorded", "H5": "not-recorded", "H6": "not-recorded"}, **OPEN)
without("condition", "No conditions: gates cannot be checked", ["Condition"], "UUUUUU", quiet(), gates=NOT_CHECKED, **OPEN)
without("condition-first-page", "A first page of the conditions shows an indication, and counts for gates only",
        ["Condition"], "UUUUUU", condition("disease", "icd:M17.0", D[400]), quiet(), gates=NOT_CHECKED, **OPEN)
without("condition-first-page-cancer", "A first page of the conditions shows a stop of both: it is said", ["Condition"],
        "UUUUUU", condition("cancer", "icd:C50.911", D[100]), quiet(), gates={"H1": "triggered", "H2": "not-recorded"},
        **(OPEN | STOP))
without("condition-pregnant", "An observation shows a stop of both: it is said, whatever could not be read", ["Condition"],
        "UUUUUU", observation("pregnancy", "loinc:82810-3", "loinc:LA15173-0"), quiet(), patient=FEMALE(None),
        gates={"H3": "triggered", "H1": "not-recorded"}, **(OPEN | STOP))
without("condition-not-pregnant", "A pregnancy denied by an observation could be among the conditions", ["Condition"],
        "UUUUUU", observation("pregnancy", "loinc:82810-3", "loinc:LA26683-5", D[7]), quiet(), patient=FEMALE(None),
        gates={"H3": "not-recorded", "H3b": "not-recorded"}, **OPEN)
without("condition-refusal", "Refusal excludes MSC, and that is shown", ["Condition"], "UUUUUU", REFUSAL, quiet(),
        gates={"H6": "triggered", "H1": "not-recorded"}, excluded=["msc"], **OPEN)
without("condition-saturation", "A low saturation is shown, the conditions of the lung are not known", ["Condition"], "UUUUUU",
        observation("saturation", "loinc:59408-5", 88, D[7], "%"), order=iv(), gates={"P2": "triggered", "P1a": "not-recorded"},
        **OPEN)
without("condition-rabbit", "A species without data is one whatever could not be read", ["Condition"], "UUUUUU", quiet("rabbit"),
        patient=patient(None, "2022-03-01", "rabbit"), species=False, gates={"H7": "triggered"}, **(OPEN | STOP))

unread("allergy", "No allergies: gates cannot be checked", ["AllergyIntolerance"], "YANUUN",
       gates={"H4": "not-recorded", "H4a": "not-recorded", "H4b": "not-recorded", "H4c": "not-recorded", "H5": "not-recorded"})
unread("allergy-denied", "A first page denies allergies: that clears nothing", ["AllergyIntolerance"], "YANUUN",
       allergy("none", "sct:716186003"), gates={"H4": "not-recorded", "H4b": "not-recorded", "H5": "not-recorded"})
unread("allergy-dmso", "A first page shows an allergy: MSC is stopped, S1 is not counted", ["AllergyIntolerance"], "YANUUN",
       allergy("dmso", DMSO), gates={"H4": "triggered", "H4c": "not-recorded"}, excluded=["msc"])
unread("allergy-cancer", "A stop of both decides before what could not be read", ["AllergyIntolerance"], "YANUUN",
       condition("cancer", "icd:C50.911", D[100]), gates={"H1": "triggered", "H4": "not-recorded"}, **STOP)
unread("allergy-and-observation", "Neither allergies nor observations", ["AllergyIntolerance", "Observation"], "YAUUUN",
       silent=True, gates={"H4": "not-recorded", "H3": "not-recorded"}, axes=(1, 0, 1))

unread("observation-chronic", "Chronic by its onset whatever the observations say", ["Observation"], "YAUUUN", silent=True,
       axes=(1, 0, 1), gates={"H3": "not-recorded", "P2": "clear"})
unread("observation-young", "A young disease may have been graded as advanced", ["Observation"], "UAUUUN", silent=True,
       onset=D[30], axes=(1, 0, 1))
unread("observation-first-page", "A grade of a first page does not count: a newer one may follow", ["Observation"], "UAUUUN",
       grade("kellgren-lawrence-grade", 4), onset=D[100], axes=(1, 0, 1))
unread("observation-preference", "A preference of a first page does not count", ["Observation"], "YAUUUN",
       preference("prefers-cell-free"), p="U", axes=(1, 0, 1))
without("observation-relapse", "A relapse of the condition shows activity", ["Observation"], "AYUUUN",
        condition("disease", "icd:M32.14", D[400], "relapse"))
unread("observation-inactive", "A code says not active, an observation could say the opposite", ["Observation"], "YUUUUN",
       silent=True, ind="ms", codes="icd:G35.C2", axes=(1, 1, 1))
unread("observation-objective", "A coded objective for MSC meets M3 by itself", ["Observation"], "YAYUUN", silent=True,
       objective="immune-modulation", axes=(1, 0, 1))
unread("observation-secretome", "A coded objective for secretome meets S1 by itself", ["Observation"], "YAUYUN", silent=True,
       objective="safety-priority", axes=(1, 0, 1))
unread("observation-decompensated", "Decompensated by its code whatever the grades say", ["Observation"], "YAUUNN", 
       condition("liver", "sct:716203000", D[100]), silent=True, ind="cirrhosis", onset=D[100], axes=(1, 0, 1))
unread("observation-saturation", "A first page shows a low saturation", ["Observation"], "YAUUUN",
       observation("saturation", "loinc:59408-5", 88, D[7], "%"), silent=True, order=iv(), gates={"P2": "triggered"},
       axes=(1, 0, 1))
unread("observation-crohn", "An observation could make it a fistula: the indication is open", ["Observation"], "UUUUUU",
       silent=True, ind="crohn", codes="icd:K50.90", **OPEN)
unread("observation-inr", "A first page shows an INR that is not high: the newest may be", ["Observation"], "YAUUUN", inr(2.0),
       silent=True, gates={"P8": "not-recorded"}, axes=(1, 0, 1))

unread("goal", "No goals: objectives may be among them", ["Goal"], "YAUUUN")
unread("goal-objective", "The order's own objective meets S1", ["Goal"], "YAUYUN", objective="reproducibility")
unread("goal-two-diseases", "A goal could choose between two diseases", ["Goal"], "UUUUUU",
       condition("hip", "icd:M16.11", D[100]), axes=(0, 0, 0))
unread("goal-two-diseases-ordered", "The order has chosen between two diseases", ["Goal"], "YAUUUN",
       condition("hip", "icd:M16.11", D[100]), order=order(objective="symptom-relief") | {
           "reasonReference": [{"reference": "Condition/@disease"}]})

unread("adverse-event", "No adverse events: a reaction could be among them", ["AdverseEvent"], "YANUUN",
       gates={"H5": "not-recorded"})
unread("adverse-event-denied", "No known allergy does not deny an adverse event", ["AdverseEvent"], "YANUUN",
       allergy("none", "sct:716186003"), gates={"H4": "clear", "H5": "not-recorded"})
unread("consent", "No consents: a refusal could be among them", ["Consent"], "YANNUN", gates={"H6": "not-recorded"})
unread("consent-refusal", "A first page shows a refusal", ["Consent"], "YANNUN", REFUSAL, gates={"H6": "triggered"}, **STOP_MSC)
unread("procedure", "No procedures: what was given could be among them", ["Procedure"], "YANUUU")
unread("administration", "No administrations: what was given could be among them", ["MedicationAdministration"], "YANUUU")
unread("administration-order", "The order repeats by itself", ["MedicationAdministration", "Procedure"], "YANUUY",
       order=order(objective="symptom-relief", repeat=repeat(3)))
unread("administration-first-page", "Two of a first page do not count", ["MedicationAdministration"], "YANUUU",
       given("g1", "modality:msc", D[100]), given("g2", "modality:msc", D[60]))
unread("administration-equine", "A dog: equine cells could have been given", ["MedicationAdministration"], "YANUUU",
       ind="dog-joint", order=order("product:dogstem", objective="symptom-relief"), gates={"P10": "not-recorded"},
       jurisdiction="EU")
unread("statement", "No medication statements: a refractory disease could be among them", ["MedicationStatement"], "AUNUUN",
       ind="lupus", gates={"P3": "not-recorded", "P8": "not-recorded"})
unread("statement-refractory", "An observation says refractory", ["MedicationStatement"], "AYNUNN", refractory(), ind="lupus")
unread("statement-late", "An advanced stage is not early, whatever was taken", ["MedicationStatement"], "YANUNN",
       grade("kellgren-lawrence-grade", 4))
unread("statement-early", "An early stage could be a refractory disease", ["MedicationStatement"], "YANUUN",
       grade("kellgren-lawrence-grade", 1))
unread("statement-inr", "An INR that is not high does not deny an anticoagulant", ["MedicationStatement"], "YANUUN", inr(2.0),
       gates={"P8": "not-recorded"})
unread("request", "No medication requests: a drug could be among them", ["MedicationRequest"], "YANNUN", inr(2.0),
       gates={"P3": "not-recorded", "P8": "not-recorded"})
unread("product", "The product of another draft is not known", ["Medication"], "YANUUU", gates={"H5": "not-recorded"})
unread("service", "Service requests of the chart matter for nothing", ["ServiceRequest"], "YANNUN")
unread("several", "Goals, consents and procedures", ["Consent", "Goal", "Procedure"], "YAUUUU",
       gates={"H6": "not-recorded", "H5": "not-recorded"})
unread("approval", "A label for refractory disease: whether it is cannot be told", ["MedicationStatement"], "AUNUUN", ind="gvhd",
       patient=CHILD("2015-01-01"), order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(8, 2, 1, "wk")),
       gates={"P7a": "clear"})

# ---- Charts as EHRs write them: no finding clears more than it is about ----

WOMAN = dict(patient=FEMALE())
pregnancy = lambda answer="loinc:LA15173-0", date=D[7], **more: observation("pregnancy", "loinc:82810-3", answer, date, **more)
NOT_PREGNANT = "loinc:LA26683-5"
no_allergy = lambda **more: allergy("none", "sct:716186003", **more)
problem = lambda codes, onset=D[30], **more: condition("finding", codes, onset, **more)
drug = lambda codes, key="drug", **more: {
    "resourceType": "MedicationRequest", "_key": key, "status": "active", "intent": "order",
    "medicationCodeableConcept": concept(codes), "subject": None} | more

for name, finding in (("unknown", statement("drug", "rxnorm:11289", "unknown")),
                      ("on-hold", drug("rxnorm:855332", status="on-hold"))):
    gate(f"p8-drug-{name}", f"An anticoagulant, status {name}", {"P8": "unconfirmed"}, finding)
    gate(f"p3-drug-{name}", f"An immunosuppressant, status {name}", {"P3": "unconfirmed"},
         finding | {"medicationCodeableConcept": concept("rxnorm:42316")})
gate("inr-says-nothing-of-warfarin", "Warfarin, and an INR that is not high", {"P8": "triggered"},
     statement("drug", "rxnorm:11289"), inr(1.1))
gate("saturation-beside-pulmonary-hypertension", "A good saturation beside pulmonary hypertension", {"P2": "triggered"},
     spo2(98), problem("icd:I27.21", D[400]), order=iv(), **PREC)
gate("hla-absent-candidate", "No antibodies, and candidate for a transplant", {"P4": "triggered"}, hla(False),
     problem("icd:Z76.82"), order=iv())
gate("hla-absent-no-candidate", "No antibodies and no candidate: both questions are answered", {"P4": "clear"}, hla(False),
     grade("transplant-candidate", False), order=iv())
gate("hla-absent-dsa-present", "A later no on other antibodies takes nothing back", {"P4": "triggered"}, hla(False, date=D[7]),
     grade("donor-specific-antibodies", True, D[60]), order=iv())
gate("wound-clean-joint-infected", "A clean wound beside an infected joint", {"H2a": "triggered"},
     grade("wound-infection", "absent"), problem("icd:M00.862"), **STOP)
gate("pregnancy-denied-lactation-open", "Not pregnant says nothing of lactation",
     {"H3": "clear", "H3b": "clear", "H3a": "not-recorded"}, pregnancy(NOT_PREGNANT), **WOMAN)
gate("no-allergy-beside-penicillin", "No known allergy, and one to penicillin",
     {"H4": "not-recorded", "H4b": "triggered", "H5": "not-recorded"}, no_allergy(), allergy("allergy", "rxnorm:7980"))
gate("no-allergy-beside-words", "No known allergy, and one in words", {"H4": "not-recorded", "H5": "not-recorded"}, no_allergy(),
     allergy("allergy", "text:Shrimp, rash"), left_out={"AllergyIntolerance/@allergy": "no-known-code"})
gate("no-allergy-beside-refuted", "A refuted allergy contradicts nothing", {"H4": "clear", "H4b": "clear", "H5": "clear"},
     no_allergy(), allergy("allergy", "rxnorm:7980", verification="refuted"))
gate("no-allergy-unconfirmed", "No known allergy, unconfirmed", {"H4": "not-recorded", "H4b": "not-recorded", "H5": "not-recorded"},
     no_allergy(verification="unconfirmed"))
gate("no-drug-allergy", "No known drug allergy says nothing of proteins", {"H4": "not-recorded", "H5": "not-recorded"},
     allergy("none", "sct:409137002"))

# ---- Code systems, and how codes are written ----

for name, code in (
        ("who", "who:C18.7"), ("gm-alias-uri", "gm-old:C50.4"), ("oid", "oid:C34.11"),
        ("undotted", "icd:C3411"), ("lower-case", "gm:c504"), ("snomed-child", "sct:424132000"),
        ("second-coding", "house:BRCA icd:C50.912")):
    gate(f"h1-{name}", f"A malignancy by {code}", {"H1": "triggered"}, problem(code, D[100]), **STOP)
for name, code in (("words-only", "text:Cancer of the left breast"), ("unknown-system", "house:BRCA")):
    gate(f"h1-{name}", "A problem that is not understood is named", {"H1": "not-recorded"}, problem(code, D[100]),
         left_out={"Condition/@finding": "no-known-code"})
for gid, name, code, more in (
        ("H2", "gm", "gm:R65.1", STOP), ("H2", "snomed-child", "sct:448417001", STOP),
        ("P1a", "snomed-child", "sct:438647008", dict(order=iv(), **RAISED))):
    gate(f"{gid.lower()}-{name}", f"{gid} by {code}", {gid: "triggered"}, problem(code), **more)
gate("precautions-by-other-systems", "Checks by other editions of ICD-10",
     {"H2c": "triggered", "P3": "triggered", "P5": "triggered", "P6": "triggered"}, condition("hiv", "who:B24", D[400]),
     condition("immune", "gm:D90", D[400]), condition("kidney", "kcd:N18.5", D[400]), condition("liver", "gm:k729", D[30]))
gate("h3-snomed-child", "A pregnancy by 47200007", {"H3": "triggered"}, problem("sct:47200007", D[60]), **WOMAN, **STOP)
for ind, name, code in (("knee", "gm-alias-uri", "gm-old:M17.1"), ("knee", "undotted", "oid:m1711"), ("lupus", "gm", "gm:M32.9")):
    simple(f"code-{ind}-{name}", f"{code} means the indication", ind, unstaged(ind).replace("U", "Y", 1) if ind == "knee"
           else unstaged(ind), codes=code, onset=D[400])
simple("code-lupus-m32-9", "M32.9 means lupus", "lupus", unstaged("lupus"), codes="icd:M32.9", onset=D[400])

# Drugs of practice: clinical drugs, ATC under other URIs, and neither.
for gid, name, code in (
        ("P3", "methotrexate-tablet", "rxnorm:105585"), ("P8", "warfarin-tablet", "rxnorm:855332"),
        ("P8", "dabigatran", "rxnorm:1037042"), ("P8", "heparin-atc-de", "atc-de:B01AB01")):
    gate(f"{gid.lower()}-{name}", f"{gid} by {code}", {gid: "triggered"}, drug(code))
gate("drug-not-to-be-given", "An order not to give it", {"P8": "not-recorded"}, drug("rxnorm:855332", doNotPerform=True))

# Sister codes of results, and units as laboratories write them.
for name, gid, result in (
        ("inr-34714-6", "P8", observation("lab", "loinc:34714-6", 4.2, D[7], "{INR}")),
        ("platelets-26515-7", "P8", observation("lab", "loinc:26515-7", 31, D[7], "10*3/uL")),
        ("egfr-88293-6", "P5", egfr(22, code="88293-6")),
        ("egfr-unit-m2", "P5", observation("lab", "loinc:98979-8", 22, D[7], "mL/min/1.73m2")),
        ("platelets-unit-words", "P8", in_words("lab", "loinc:777-3", 31, "K/uL", D[7]))):
    gate(f"result-{name}", "A result as a laboratory writes it", {gid: "triggered"}, result)
gate("result-saturation-2708-6", "Saturation of the blood", {"P2": "triggered"}, observation("lab", "loinc:2708-6", 84, D[7], "%"),
     order=iv(), **PREC)
simple("unit-crp-words", "CRP 1.2 mg/dl, the unit in words only", "lupus", "AYNNUN", in_words("lab", "loinc:1988-5", 1.2, "mg/dl", D[7]),
       onset=D[400])
simple("unit-crp-unknown", "A unit that nobody knows", "lupus", "AUNNUN", in_words("lab", "loinc:1988-5", 25, "units", D[7]),
       onset=D[400], left_out={"Observation/@lab": "no-unit"})
simple("crp-just-under", "A CRP that is almost raised", "lupus", "AUNNUN",
       observation("lab", "loinc:1988-5", 9.9999999999, D[7], "mg/L"), onset=D[400])
gate("result-saturation-below", "A result beyond what was measured", {"P2": "triggered"},
     observation("lab", "loinc:59408-5", 90, D[7], "%", "<"), order=iv(), **PREC)

# ---- Pregnancy as records tell it ----

hcg = lambda value, unit="m[IU]/mL", date=D[7], **more: observation("hcg", "loinc:21198-7", value, date, unit, **more)
for name, result in (("quantity", hcg(12000)), ("above", hcg(1000, "[IU]/L", comparator=">")),
                     ("unit-words", in_words("hcg", "loinc:19080-1", 12000, "IU/L", D[7]))):
    gate(f"hcg-{name}", "A raised hCG is a pregnancy", {"H3": "triggered"}, result, **WOMAN, **STOP)
gate("hcg-low", "A low hCG denies it", {"H3": "clear", "H3b": "clear"}, hcg(5, comparator="<"), **WOMAN)
gate("hcg-between", "An hCG between negative and positive", {"H3": "unconfirmed"}, hcg(11), **WOMAN)
gate("hcg-without-unit", "An hCG without a unit", {"H3": "unconfirmed"},
     observation("hcg", "loinc:21198-7", None, D[7], valueQuantity={"value": 12000}), **WOMAN)
gate("h3-answer-without-a-date", "Pregnant, and nobody knows when", {"H3": "unconfirmed"}, pregnancy(date=None), **WOMAN)
gate("hcg-words", "An answer in words", {"H3": "not-recorded", "H3b": "not-recorded"},
     observation("hcg", "loinc:2106-3", None, D[7], valueString="positive"), **WOMAN, left_out={"Observation/@hcg": "not-coded"})
gate("hcg-dog", "hCG is a test of people", {"H3a": "not-recorded"}, hcg(12000), ind="dog-joint", patient=FEMALE("dog"))
gate("h3-contradicted", "An open pregnancy, and a later negative test", {"H3": "unconfirmed"},
     problem("icd:Z34.82", D[100]), pregnancy(NOT_PREGNANT), **WOMAN)
gate("h3-test-before-onset", "A negative test from before the pregnancy", {"H3": "triggered"}, problem("icd:Z34.81", D[7]),
     pregnancy(NOT_PREGNANT, D[20]), **WOMAN, **STOP)
gate("h3-never-closed", "A pregnancy of 2019 that nobody closed", {"H3": "unconfirmed"}, problem("icd:O09.91", "2019-03-04"), **WOMAN)
gate("h3-after-birth", "A haemorrhage after the birth", {"H3": "not-recorded", "H3b": "not-recorded"}, problem("icd:O72.1"), **WOMAN)
gate("h3-of-a-recorded-man", "A pregnancy of somebody recorded as male", {"H3": "triggered"}, pregnancy(), **STOP)

gate("birth-sex-female", "Recorded as male, born female", {"H3": "not-recorded", "H3a": "not-recorded", "H3b": "not-recorded"},
     patient=patient("male", "1990-02-03") | {"extension": [
         {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"}]})
gate("man-of-31", "A man is not asked", {"H3": "clear", "H3a": "clear", "H3b": "clear"}, patient=patient("male", "1995-01-20"))

# ---- Of one day, copies, corrections, withdrawals: which key comes first must not matter ----

for a, b in ("ab", "ba"):
    gate(f"same-day-inr-{a}{b}", "Two INR of one day: the high one counts", {"P8": "triggered"},
         inr(1.2, "2026-06-14T18:00:00Z") | {"_key": a}, inr(5.2, "2026-06-14T07:30:00Z") | {"_key": b})
    simple(f"same-day-lvef-{a}{b}", "Of one day the most advanced: 9 is less than 55", "heart", "YANNNN", lvef(55, _key=a),
           lvef(9, _key=b), onset=D[60])
    simple(f"copy-with-interpretation-{a}{b}", "Of two copies the one that says more", "dog-bowel", "AYNNUN",
           animal_result(a, "loinc:1988-5", 21, "mg/L", D[20]),
           animal_result(b, "loinc:1988-5", 21, "mg/L", D[20], interpretation="H"))
    simple(f"two-indices-{a}{b}", "Two indices are no copies", "dog-bowel", "AYNNUN",
           animal_result(a, "obs:cadesi", 5, None, D[30], high=10), animal_result(b, "obs:ccecai", 5, None, D[30], high=3),
           left_out={f"Observation/@{a}": "other-problem"})
gate("same-day-saturation", "Two saturations of one day: the low one counts", {"P2": "triggered"},
     spo2(97, "2026-06-14T08:00:00Z") | {"_key": "b"}, spo2(83, "2026-06-14T18:00:00Z") | {"_key": "a"}, order=iv(), **PREC)
gate("newest-day-inr", "The INR of the newest day counts", {"P8": "not-recorded"}, inr(5.2, "2026-06-12") | {"_key": "a"},
     inr(1.2, "2026-06-13") | {"_key": "b"})
simple("index-without-value", "An index that is interpreted only", "dog-bowel", "AYNNUN",
       animal_result("a", "obs:cadesi", 2, None, D[30], high=3), observation(
           "b", "obs:ccecai", None, D[30], interpretation=[concept("interpretation:H")]))
simple("index-of-another-disease", "An index of the skin says nothing of the bowel", "dog-bowel", "AUNNUN",
       animal_result("index", "obs:cadesi", 2, None, D[30], high=3), left_out={"Observation/@index": "other-problem"})

crp = lambda key, value, date="2026-06-10", unit="mg/L", **more: observation(key, "loinc:1988-5", value, date, unit, **more)


def versions(name, title, letter, *results, gone=(), **more):
    """CRP in multiple sclerosis: M2 says which version counts."""
    simple("version-" + name, title, "ms", f"A{letter}NNUN", *results, onset=D[400],
           left_out={"Observation/@" + key: reason for key, reason in gone}, **more)


REPLACED = (("a", "replaced"),)
FIRST, SECOND, THIRD = (f"2026-06-10T{hour}:00:00Z" for hour in (10, 12, 14))
simple("copies-count-once", "Three copies are one result", "ms", "AYNNUN", crp("a", 25), crp("b", 25), crp("c", 25), onset=D[400])
simple("copies-in-other-units", "Equal after conversion: one result", "ms", "AYNNUN", crp("a", 25), crp("b", 2.5, unit="mg/dL"),
       onset=D[400])
simple("copies-that-persist", "Copies of two results that lie apart", "ms", "AYYNUN", crp("a", 25, D[7]), crp("b", 25, D[7]),
       crp("c", 30, D[60]), crp("d", 30, D[60]), onset=D[400])
versions("to-raised", "A correction to a raised value", "Y", version(crp("a", 9), "r1"),
         version(crp("b", 12, status="corrected"), "r1"), gone=REPLACED)
versions("smaller-number", "9 is less than 12, whatever the text", "U", version(crp("a", 12), "r1"),
         version(crp("b", 9, status="corrected"), "r1"), gone=REPLACED)
versions("by-time-ids-exchanged", "The same with the keys exchanged", "U", version(crp("b", 40), "r1", FIRST),
         version(crp("a", 4), "r1", SECOND), gone=(("b", "replaced"),))
versions("by-time-zone", "Times are instants, not texts", "U", version(crp("a", 40), "r1", "2026-06-11T08:00:00+09:00"),
         version(crp("b", 4), "r1", "2026-06-11T00:30:00Z"), gone=REPLACED)
versions("by-issue", "Both final: the one that was issued last", "U", version(crp("a", 40), "r1", issued=FIRST),
         version(crp("b", 4), "r1", issued=SECOND), gone=REPLACED)
versions("by-number", "Version 10 comes after version 9", "U", version(crp("a", 40), "r1", edition="9"),
         version(crp("b", 4), "r1", edition="10"), gone=REPLACED)
versions("nothing-orders", "Two versions that nothing puts in an order: both are seen", "Y", version(crp("a", 40), "r1"),
         version(crp("b", 4), "r1"))
versions("withdrawn", "Entered in error, later", "U", version(crp("a", 25), "r1", FIRST),
         version(crp("b", 25, status="entered-in-error"), "r1", SECOND), gone=REPLACED + (("b", "entered-in-error"),))
versions("withdrawn-and-again", "Withdrawn, and then reported again", "Y", version(crp("a", 4), "r1", FIRST),
         version(crp("b", 4, status="entered-in-error"), "r1", SECOND), version(crp("c", 30), "r1", THIRD), gone=REPLACED)
versions("two-analytes", "One number of the laboratory for two analytes", "Y", version(crp("a", 25), "r1", FIRST),
         version(observation("b", "loinc:4537-7", 8, "2026-06-10", "mm/h"), "r1", SECOND))
versions("other-day", "A correction of the day", "U", version(crp("a", 40, D[60]), "r1", FIRST),
         version(crp("b", 4, D[7], status="corrected"), "r1", SECOND), gone=REPLACED)
versions("no-system-same-day", "A number without a system, of one day", "U", version(crp("a", 40), "7", system=None),
         version(crp("b", 4, status="corrected"), "7", system=None), gone=REPLACED)
simple("version-no-system-other-day", "A number without a system, used again: two results", "ms", "AYYNUN",
       version(crp("a", 30, D[60]), "7", FIRST, system=None), version(crp("b", 25, D[7]), "7", SECOND, system=None), onset=D[400])

simple("version-grade", "The corrected grade counts", "knee", "NANNYN", version(grade("kellgren-lawrence-grade", 4, _key="a"), "k1"),
       version(grade("kellgren-lawrence-grade", 2, _key="b", status="corrected"), "k1"), left_out={"Observation/@a": "replaced"})
simple("version-refractory", "Refractory, corrected to no", "lupus", "AUNNYN", version(refractory(key="refractory") | {"_key": "a"}, "x1"),
       version(refractory(False, key="refractory") | {"_key": "b", "status": "corrected"}, "x1"), onset=D[60],
       left_out={"Observation/@a": "replaced"})
for name, first, second, found, more in (("no", "loinc:LA15173-0", NOT_PREGNANT, "clear", {}),
                                         ("yes", NOT_PREGNANT, "loinc:LA15173-0", "triggered", STOP)):
    gate(f"version-pregnancy-{name}", "A corrected pregnancy test", {"H3": found}, version(pregnancy(first, _key="a"), "p1"),
         version(pregnancy(second, _key="b", status="corrected"), "p1"), **WOMAN, **more, left_out={"Observation/@a": "replaced"})
gate("version-platelets-down", "Platelets corrected to a low value", {"P8": "triggered"}, version(platelets(180) | {"_key": "a"}, "b1"),
     version(platelets(30) | {"_key": "b", "status": "corrected"}, "b1"), left_out={"Observation/@a": "replaced"})
gate("version-cancer-refuted", "A malignancy, refuted in a later version", {"H1": "not-recorded"},
     version(problem("icd:C50.911"), "c1", FIRST),
     version(problem("icd:C50.911", verification="refuted") | {"_key": "later"}, "c1", SECOND),
     left_out={"Condition/@finding": "replaced", "Condition/@later": "refuted"})
gate("version-allergy-withdrawn", "An allergy to DMSO, withdrawn", {"H4": "not-recorded"}, version(allergy("allergy", DMSO), "a1", FIRST),
     version(allergy("later", DMSO, None, "entered-in-error"), "a1", SECOND))
gate("version-drug-stopped", "Warfarin, stopped in a later version", {"P8": "not-recorded"},
     version(statement("drug", "rxnorm:11289"), "m1", FIRST), version(statement("later", "rxnorm:11289", "stopped"), "m1", SECOND))
gate("version-refusal-ended", "A refusal that a later version ends", {"H6": "not-recorded"}, version(REFUSAL, "r1", FIRST),
     version(REFUSAL | {"_key": "later", "status": "inactive"}, "r1", SECOND))

noon = "2026-03-07T12:00:00Z"
simple("dose-twice", "One dose at one instant, twice", "knee", "YANNUN", given("g1", "modality:msc", noon),
       given("g2", "modality:msc", noon), onset=D[400])
simple("dose-and-procedure", "One dose as administration and as procedure", "knee", "YANNUN", given("g1", "modality:msc", noon),
       procedure("modality:msc", noon), onset=D[400])
simple("dose-corrected", "A dose whose day was corrected", "knee", "YANNUN", version(given("g1", "modality:msc", D[100]), "d1", FIRST),
       version(given("g2", "modality:msc", D[60]), "d1", SECOND), onset=D[400])
simple("dose-withdrawn", "Of two doses one was withdrawn", "knee", "YANNUN", given("g1", "modality:msc", D[100]),
       version(given("g2", "modality:msc", D[60]), "d1", FIRST),
       version(given("g3", "modality:msc", D[60], "entered-in-error"), "d1", SECOND), onset=D[400])
relapse = lambda key, onset: condition(key, "icd:G35.A", onset, "relapse")
simple("relapse-at-three-visits", "One relapse, coded at three visits", "ms", "AYNNUN", relapse("r1", "2026-05-04"),
       relapse("r2", "2026-05-06"), relapse("r3", "2026-05-10"), onset=D[400])
simple("relapses-apart", "Two relapses", "ms", "AYYNUN", relapse("r1", "2026-03-02"), relapse("r2", "2026-05-06"), onset=D[400])

# ---- Half past eleven in the evening, UTC: another day elsewhere ----

KOREA = dict(at="2026-06-14T23:30:00Z", jurisdiction="KR")
gate("morning-pregnancy", "A test of this morning in Seoul", {"H3": "triggered"}, pregnancy(date="2026-06-15T08:10:00+09:00"),
     **WOMAN, **STOP, **KOREA)
gate("morning-pregnancy-date", "The same with a date only", {"H3": "triggered"}, pregnancy(date="2026-06-15"), **WOMAN, **STOP, **KOREA)
gate("morning-refusal", "A refusal since this morning", {"H6": "triggered"},
     REFUSAL | {"provision": REFUSAL["provision"] | {"period": {"start": "2026-06-15"}}}, **STOP_MSC, **KOREA)
gate("morning-ahead", "An instant that lies hours ahead", {"H3": "not-recorded", "H3b": "not-recorded"},
     pregnancy(date="2026-06-15T20:00:00+09:00"), **WOMAN, **KOREA, left_out={"Observation/@pregnancy": "future"})
gate("morning-birthday", "Eighteen since this morning, where the order is written", {"P7a": "clear"}, patient=CHILD("2008-06-15"),
     order=order(objective="symptom-relief") | {"authoredOn": "2026-06-15T08:20:00+09:00"}, **KOREA)
gate("evening-window", "Written a day earlier, within the window as an instant", {"P2": "triggered"},
     spo2(86, "2026-06-07T23:45:00-04:00"), order=iv(), **PREC)

# ---- Reasons, goals and drugs by every kind of reference ----


def two_diseases(name, title, states, reasons, *resources, **more):
    """An old knee and multiple sclerosis: the states say which of them is compared."""
    simple("reason-" + name, title, "knee", states, version(condition("ms", "icd:G35.A", D[400]), "p-77", system="https://ehr.example.org/problems"),
           *resources, onset=D[400], order=order(objective="symptom-relief") | reasons, **more)


def refers(reference):
    return {"reasonReference": [reference if isinstance(reference, dict) else {"reference": reference}]}


def reason_codes(*codes):
    return {"reasonCode": [concept("objective:symptom-relief")] + [concept(c) for c in codes]}


OF_MS = "AUNNUN"
two_diseases("versioned", "A versioned reference", OF_MS, refers("Condition/@ms/_history/3"))
two_diseases("absolute-versioned", "An absolute and versioned one", OF_MS, refers("https://ehr.example.org/fhir/Condition/@ms/_history/2"))
two_diseases("by-identifier", "A reference by identifier", OF_MS, refers(
    {"type": "Condition", "identifier": {"system": "https://ehr.example.org/problems", "value": "p-77"}}))
two_diseases("contained", "A contained reason", OF_MS, refers("#why") | {
    "contained": [{"resourceType": "Condition", "id": "why", "code": concept("icd:G35.A"), "subject": None}]})
two_diseases("code", "A code", OF_MS, reason_codes("icd:G35.A"))
two_diseases("of-another-disease", "A reason that is not compared here", "YANNUN", reason_codes("icd:L40.50"))
two_diseases("goal-versioned", "A goal by a versioned reference", "AUYNUN", {}, goal("immune-modulation", "ms/_history/2"))
drug_at = lambda reference: {k: v for k, v in statement("drug", "rxnorm:11289").items() if k != "medicationCodeableConcept"} | {
    "medicationReference": reference}
gate("p8-drug-versioned", "An anticoagulant by a versioned reference", {"P8": "triggered"}, product("rxnorm:855332"),
     drug_at({"reference": "Medication/@product/_history/1"}))
gate("p8-drug-by-identifier", "What the drug is is not here", {"P3": "not-recorded", "P8": "not-recorded"},
     drug_at({"identifier": {"system": "https://ehr.example.org/drugs", "value": "77"}}), inr(1.1), states="YANUUN")

# ---- Modifiers, the dead, merged charts, impossible dates, components ----

simple("modifier-on-a-result", "A result with a modifier that nobody knows", "lupus", "AUUUUN",
       crp("lab", 48, D[7], modifierExtension=[{"url": "https://ehr.example.org/not", "valueBoolean": True}]), onset=D[400],
       axes=(1, 0, 1))
for name, title, more in (("dead", "Deceased on a day", {"deceasedDateTime": "2026-05-30"}), ("merged", "Replaced by another record", {
        "link": [{"other": {"reference": "Patient/another"}, "type": "replaced-by"}]})):
    gate(f"chart-{name}", title, {}, patient=who(None) | more, note="What is said of it stands under conflicts.")
dated(onsetDateTime="2026-05-01", recordedDate="2019-03-02")(
    "onset-after-recording", "Recorded seven years before its onset: no duration", "UANNUN", axes=(0, 1, 1))
dated(onsetDateTime="1970")("onset-in-the-year-of-birth", "The year of the birth is possible", "YANNUN")
dated(onsetDateTime="2026-06-08", recordedDate="2026-06-07")(
    "onset-a-day-after-recording", "A day of difference is a time zone", "NANNYN")
panel = lambda *parts: observation("panel", "text:Panel", None, D[7], component=list(parts))
simple("component-crp", "A CRP in a component", "lupus", "AYNNUN",
       panel(part("loinc:1988-5", 25, "mg/L"), part("loinc:4537-7", 12, "mm/h")), onset=D[400])
gate("component-beside-value", "A saturation with the flow of oxygen as a component", {"P2": "triggered"},
     spo2(86) | {"component": [part("loinc:3151-8", 4, "L/min")]}, order=iv(), **PREC)
simple("member-contained", "A CRP that a panel contains", "lupus", "AYNNUN", onset=D[400], *[
    observation("panel", "text:Panel", None, D[7], hasMember=[{"reference": "#m"}], contained=[
        {"resourceType": "Observation", "id": "m", "status": "final", "code": concept("loinc:1988-5"), "subject": None,
         "valueQuantity": {"value": 25, "unit": "mg/L", "system": UCUM, "code": "mg/L"}}])])

# ---- A person's osteoarthritis and eczema, what was left out, what nobody closed ----

simple("human-osteoarthritis", "Osteoarthritis of a person, without its joint", "knee", "AANNUN", codes="sct:396275006", onset=D[400],
       indication=False)
simple("human-osteoarthritis-knee", "Osteoarthritis with its joint in words", "knee", "YANNUN",
       placed(condition("joint", "sct:396275006", D[400]), "text:Left knee"), codes="icd:I10", onset=D[400])
simple("human-atopic-dermatitis", "Atopic dermatitis of a person beside the knee", "knee", "YANNUN",
       condition("skin", "sct:24079001", D[400]), onset=D[400])

gate("left-out-results", "Results that do not count are listed", {"P2": "not-recorded", "P5": "not-recorded", "P8": "not-recorded"},
     inr(5.2, D[8]), platelets(20) | {"status": "preliminary"}, observation("egfr", "loinc:98979-8", 12, D[7], "mg/dL"),
     observation("spo2", "loinc:59408-5", None, D[7], valueQuantity={"value": 80}), order=iv() | {
         "dosageInstruction": [{"timing": {"event": ["2026-06-22"]}, "route": concept("route:" + r)}
                               for r in ("intravenous", "intra-articular")]},
     left_out={"Observation/@inr": "old", "Observation/@platelets": "not-final", "Observation/@egfr": "wrong-unit",
               "Observation/@spo2": "no-unit"})
gate("left-out-refuted", "What was refuted is listed", {"P1a": "not-recorded", "P1b": "not-recorded", "P5": "not-recorded",
                                                        "P6": "not-recorded"}, order=iv(), *[
    condition(key, "icd:" + code, D[30], verification="refuted")
    for key, code in (("clot", "I82.401"), ("trait", "D68.51"), ("kidney", "N18.5"), ("liver", "K72.90"))],
     left_out={f"Condition/@{key}": "refuted" for key in ("clot", "trait", "kidney", "liver")})

listed = lambda codes, onset: categorised(problem(codes, onset), "problem-list-item")
visit = lambda codes, onset, **more: categorised(problem(codes, onset, **more), "encounter-diagnosis")
gate("h2-never-closed", "A sepsis of 1998 that nobody closed", {"H2": "unconfirmed"}, problem("sct:91302008", "1998-11-02"))
gate("h2-on-the-list", "The same on the problem list", {"H2": "triggered"}, listed("sct:91302008", "1998-11-02"), **STOP)
gate("h2-recorded-long-ago", "No onset, recorded long ago", {"H2": "unconfirmed"}, problem("icd:A41.9", None, recordedDate="2019-02-03"))
gate("h2-no-dates", "No date at all: it counts", {"H2": "triggered"}, problem("icd:A41.9", None), **STOP)
gate("h2-91-days", "Begun 91 days ago", {"H2": "unconfirmed"}, problem("icd:A41.9", D[91]))
gate("h2a-never-closed", "An infected joint of 2012", {"H2a": "unconfirmed"}, problem("icd:M00.861", "2012-05-20"))
gate("p1a-on-the-list", "An old thrombosis on the problem list", {"P1a": "triggered"}, listed("icd:I82.402", "2021-05-20"), order=iv(),
     **RAISED)
simple("h2b-never-closed", "An old sepsis is not the cause of an ARDS", "ards", "AUNNUN", problem("icd:A41.9", "2021-02-03"), onset=D[7],
       gates={"H2": "unconfirmed", "H2b": "not-recorded"}, order=iv())
gate("visit-cancer", "A malignancy as a diagnosis of a visit, without a status", {"H1": "triggered"},
     visit("icd:C50.912", "2025-11-03", clinical=None, verification=None), **STOP)
gate("visit-cancer-ended", "The same with an end", {"H1": "not-recorded", "H1x": "triggered"},
     visit("icd:C50.912", "2019-11-03", clinical=None, abatementDateTime="2021-04-01"))
gate("visit-sepsis-old", "A sepsis of a visit long ago, without a status", {"H2": "unconfirmed"},
     visit("icd:A41.9", "2021-02-03", clinical=None))

# ---- Sides ----

LEFT, RIGHT = "sct:82169009", "sct:6757004"
on_the_left = lambda site=LEFT, **more: placed(order(objective="symptom-relief", **more), site)
graded = lambda key, value, *site: grade("kellgren-lawrence-grade", value, _key=key, **(
    {"bodySite": concept(site[0])} if site else {}))
sides = dict(codes="icd:M17.12", onset=D[60])
OLD_RIGHT = condition("other", "icd:M17.11", "2012-02-01")
OTHER = {"Condition/@other": "other-side", "Observation/@right": "other-side"}
simple("side-of-the-order", "The left knee is ordered for, the right one is worse", "knee", "NANNYN", OLD_RIGHT, graded("left", 1, LEFT),
       graded("right", 4, RIGHT), order=on_the_left(), left_out=OTHER, **sides)
simple("side-in-words", "The side in words", "knee", "NANNYN", OLD_RIGHT, graded("left", 1, LEFT), graded("right", 4, RIGHT),
       order=on_the_left("text:Left knee"), left_out=OTHER, **sides)
simple("side-of-the-reason", "The side of the reason's code", "knee", "NANNYN", OLD_RIGHT, graded("left", 1, LEFT),
       graded("right", 4, RIGHT), order=order(objective="symptom-relief") | refers("Condition/@disease"), left_out=OTHER, **sides)
simple("side-not-said", "A grade without a side counts for both", "knee", "YANNNN", graded("grade", 4), order=on_the_left(), **sides)
simple("side-of-no-order", "An order without a side reads both", "knee", "YANNNN", OLD_RIGHT, graded("left", 1, LEFT),
       graded("right", 4, RIGHT), **sides)
simple("side-versions", "One number for both knees: no versions of each other", "knee", "NANNYN",
       version(graded("left", 1, LEFT), "x1", FIRST), version(graded("right", 4, RIGHT), "x1", SECOND), order=on_the_left(), **sides)
gate("side-infection-same", "An infected joint of that side", {"H2a": "triggered"}, problem("icd:M00.862"), order=on_the_left(), **STOP)
gate("side-infection-other", "An infected joint of the other side", {"H2a": "not-recorded", "H2e": "triggered"},
     problem("icd:M00.861"), order=on_the_left())
gate("side-infection-snomed-same", "An infected bone of that side by SNOMED CT", {"H2a": "triggered"}, problem("sct:1077741000119100"),
     order=on_the_left(), **STOP)
for code, title in (("1077731000119109", "An infected bone"), ("1073511000119104", "An infected joint")):
    gate(f"side-infection-snomed-{code}", f"{title} of the other side by SNOMED CT", {"H2a": "not-recorded", "H2e": "triggered"},
         problem("sct:" + code), order=on_the_left())
gate("side-infection-snomed-both", "Infected bones of both sides", {"H2a": "triggered"}, problem("sct:15695161000119106"),
     order=on_the_left(), **STOP)
dose_on = lambda key, date, site: placed(given(key, "modality:msc", date), site)
for name, first, second, letter in (("same", LEFT, LEFT, "Y"), ("each", LEFT, RIGHT, "N")):
    simple(f"side-doses-{name}", "Doses of that side count", "knee", f"YANNU{letter}", dose_on("g1", D[100], first),
           dose_on("g2", D[60], second), order=on_the_left(), onset=D[400])

# P11: the joint is replaced already.
for name, finding, ordered, state in (
        ("same-side", problem("icd:Z96.652", D[400]), on_the_left(), "triggered"),
        ("other-side", problem("icd:Z96.651", D[400]), on_the_left(), "not-recorded"),
        ("order-without-side", problem("icd:Z96.651", D[400]), order(objective="symptom-relief"), "triggered"),
        ("procedure", placed(procedure("sct:609588000", "2022-03-04"), LEFT), on_the_left(), "triggered"),
        ("snomed-same", problem("sct:12199641000119102", D[400]), on_the_left(), "triggered"),
        ("snomed-other", problem("sct:12207381000119107", D[400]), on_the_left(), "not-recorded"),
        ("hip", problem("icd:Z96.642", D[400]), on_the_left(), "not-recorded")):
    gate(f"p11-{name}", "A joint that was replaced", {"P11": state}, finding, order=ordered)

# ---- Routes ----

by = lambda route, **more: order("modality:msc", route, "symptom-relief", **more)
for name, route, state in (
        ("iartinj", "v3:IARTINJ", "clear"), ("inhaled", "route:inhaled", "clear"),
        ("icoroninj", "v3:ICORONINJ", "triggered"), ("intraportal", "route:intraportal", "triggered"),
        ("ivdrip", "v3:IVDRIP", "unconfirmed")):
    gate(f"route-{name}", f"A thrombosis, {route}", {"P1a": state}, problem("icd:I82.412"), order=by(route),
         **(RAISED if state == "triggered" else {}))
two_doses = lambda first, second: order(objective="symptom-relief") | {"dosageInstruction": [first, second]}
ONCE = {"timing": {"event": ["2026-06-22"]}, "route": concept("route:intra-articular")}
gate("route-one-unknown", "One dose into the joint, one by a route that is not known", {"P1a": "unconfirmed"}, problem("icd:I82.412"),
     order=two_doses(ONCE, {"timing": {"event": ["2026-06-29"]}, "route": concept("v3:IVDRIP")}))
simple("timing-of-one-unknown", "One dose with a time, one without: how often is not said", "knee", "YANNUU", onset=D[400],
       order=two_doses(ONCE, {"route": concept("route:intra-articular")}))

# ---- Checks that were added or corrected ----

for code in ("D46.9", "C84.7A"):
    gate(f"h1-{code.lower().replace('.', '-')}", f"{code} is an active malignancy", {"H1": "triggered"}, problem("icd:" + code), **STOP)
gate("h1x-c84-7b", "C84.7B is in remission", {"H1": "not-recorded", "H1x": "triggered"}, problem("icd:C84.7B"))
for code in ("D05.11", "D47.2"):
    gate(f"h1p-{code.lower().replace('.', '-')}", f"{code}: weigh it", {"H1": "not-recorded", "H1p": "triggered"}, problem("icd:" + code))
for code in ("94974001", "95183003"):
    gate(f"h1p-{code}", "A neoplasm of uncertain behaviour by SNOMED CT", {"H1": "not-recorded", "H1p": "triggered"}, problem("sct:" + code))
gate("h1-relapse-in-gvhd", "The leukaemia behind the disease has relapsed", {"H1": "triggered"}, problem("icd:C92.02"), ind="gvhd",
     order=iv(), **STOP)
for code in ("B37.7", "T80.211A", "A15.0"):
    gate(f"h2-{code.lower().replace('.', '-')}", f"{code} is a systemic infection", {"H2": "triggered"}, problem("icd:" + code), **STOP)
gate("h2-not-z22-7", "Latent tuberculosis is none", {"H2": "not-recorded"}, problem("icd:Z22.7"))
for code in ("I26.01", "I26.90"):
    gate(f"h2-{code.lower().replace('.', '-')}", f"{code}: emboli of an infection", {"H2": "triggered"}, problem("icd:" + code), **STOP)
gate("h2-i26-90-iv", "The same by a vein: a thrombosis as well", {"H2": "triggered", "P1a": "triggered"}, problem("icd:I26.90"),
     order=iv(), states="YANYUN", **STOP)
gate("h2-in-gvhd", "Aspergillosis in graft-versus-host disease", {"H2": "triggered"}, problem("icd:B44.1"), ind="gvhd", order=iv(), **STOP)
gate("h2d-b25-9", "Cytomegalovirus in graft-versus-host disease", {"H2": "not-recorded", "H2d": "triggered"}, problem("icd:B25.9"),
     ind="gvhd", order=iv())
gate("h2d-elsewhere", "Cytomegalovirus in another disease", {"H2d": "clear", "H2e": "triggered"}, problem("icd:B25.9"))
gate("h2c-61977001", "Chronic hepatitis B by SNOMED CT", {"H2c": "triggered"}, problem("sct:61977001", D[400]))

gate("h2a-prosthesis-and-blood", "An infected prosthesis with bacteria in the blood", {"H2": "triggered", "H2a": "triggered"},
     problem("icd:T84.53XA"), condition("blood", "icd:R78.81", D[7]), **STOP)
gate("h2a-discitis", "Discitis and an injection into a disc", {"H2a": "triggered"}, problem("icd:M46.46"), ind="disc",
     order=by("route:intradiscal"), **STOP)
gate("h2a-discitis-knee", "Discitis and an injection into a knee", {"H2a": "not-recorded", "H2e": "triggered"}, problem("icd:M46.46"))
gate("h2a-meningitis", "Meningitis and an intrathecal injection", {"H2a": "triggered"}, problem("icd:G00.9"), ind="ms",
     order=by("v3:ITINJ"), **STOP)
gate("h2a-cornea", "An ulcer of the cornea and drops", {"H2a": "triggered"}, problem("icd:H16.011"), ind="eye",
     order=by("route:ophthalmic"), **STOP)
for code in ("icd:A32.11", "icd:B05.0", "icd:B26.2", "who:B05.1", "gm:B26.1", "sct:406590007"):
    gate(f"h2a-nerves-{code.replace(':', '-').replace('.', '-').lower()}", f"{code} and an intrathecal injection", {"H2a": "triggered"},
         problem(code), ind="ms", order=by("v3:ITINJ"), **STOP)
gate("h2a-mumps", "Mumps of the joints is no infection of the nerves", {"H2a": "not-recorded", "H2e": "triggered"},
     problem("icd:B26.85"), ind="ms", order=by("v3:ITINJ"))
gate("h2a-skin-same-side", "Cellulitis of that leg", {"H2a": "triggered"}, problem("icd:L03.116"), order=on_the_left(), **STOP)
gate("h2a-skin-other-side", "Cellulitis of the other leg", {"H2a": "not-recorded", "H2e": "triggered"},
     problem("icd:L03.115"), order=on_the_left())
gate("h2a-skin-somewhere", "Cellulitis somewhere", {"H2a": "unconfirmed"}, problem("icd:L03.90"), order=on_the_left())
gate("h2a-skin-snomed-same", "Cellulitis of the left knee by SNOMED CT", {"H2a": "triggered"}, problem("sct:10633271000119108"),
     order=on_the_left(), **STOP)
gate("h2a-skin-snomed-other", "Cellulitis of the right knee by SNOMED CT", {"H2a": "not-recorded", "H2e": "triggered"},
     problem("sct:10633311000119108"), order=on_the_left())

for name, codes in (("dmso-snomed", "sct:115535002"), ("gelatin-finding", "sct:294847001")):
    gate(f"h4-{name}", f"Allergy by {codes}", {"H4": "triggered"}, allergy("allergy", codes), **RAISED)
gate("h4a-alpha-gal", "Allergy to mammalian meat", {"H4": "not-recorded", "H4a": "unconfirmed"}, problem("icd:Z91.014", "2020-01-01"))
gate("h4a-alpha-gal-snomed", "The same as an allergy", {"H4": "not-recorded", "H4a": "unconfirmed"}, allergy("allergy", "sct:418815008"))
gate("h4-dmso-and-alpha-gal", "Both, and a labelled product", {"H4": "triggered", "H4a": "unconfirmed"}, allergy("allergy", "sct:115535002"),
     problem("icd:Z91.014", "2020-01-01"), ind="gvhd", patient=CHILD("2017-01-15"), states="AUNYUN",
     order=order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(8, 2, 1, "wk")), **STOP_MSC)

for code in ("icd:I82.621", "icd:I81", "who:I80.2"):
    gate(f"p1a-{code.replace(':', '-').lower().replace('.', '-').replace('icd-', '')}", f"P1a: {code}", {"P1a": "triggered"}, problem(code),
         order=iv(), **RAISED)
gate("p1a-superficial", "A superficial vein", {"P1a": "not-recorded"}, problem("icd:I82.811"), order=iv())
for code in ("I80.11", "I80.222"):
    gate(f"p1a-{code.lower().replace('.', '-')}", f"{code}: thrombophlebitis of a deep vein", {"P1a": "triggered"}, problem("icd:" + code),
         order=iv(), **RAISED)
gate("p1a-i80-01", "I80.01: thrombophlebitis of a superficial vein", {"P1a": "not-recorded"}, problem("icd:I80.01"), order=iv())
for code in ("307091009", "307115002", "307116001"):
    gate(f"p1b-{code}", "Factor V Leiden by SNOMED CT", {"P1b": "triggered"}, problem("sct:" + code, D[400]), order=iv(), **PREC)
for name, finding, state in (
        ("infarction", problem("icd:I21.4", "2026-06-06"), "triggered"), ("embolism-90-days", problem("icd:I74.3", D[90]), "triggered"),
        ("stroke-91-days", problem("icd:I63.9", D[91]), "not-recorded"),
        ("recorded-long-ago", problem("icd:I63.9", None, recordedDate=D[400]), "not-recorded"),
        ("without-a-date", problem("icd:I21.4", None), "unconfirmed"),
        ("this-year", problem("icd:I63.9", "2026"), "unconfirmed"),
        ("recorded-ahead", problem("icd:I63.9", None, recordedDate="2026-10-13"), "unconfirmed"),
        ("without-a-date-resolved", problem("icd:I63.9", None, clinical="resolved"), "not-recorded"),
        ("microangiopathy", problem("icd:M31.19"), "triggered"), ("veno-occlusive", problem("icd:K76.5"), "triggered")):
    gate(f"p1c-{name}", "P1c", {"P1c": state}, finding, order=iv())
for name, finding in (("heart-failure", problem("icd:I50.23")), ("shunt", problem("icd:Q21.3", "1970-01-01")),
                      ("ventilator", problem("icd:Z99.11")),
                      ("ecmo", {"resourceType": "Procedure", "_key": "procedure", "status": "in-progress", "subject": None,
                                "code": concept("sct:233573008"), "performedPeriod": {"start": "2026-06-13"}})):
    gate(f"p2-{name}", "P2", {"P2": "triggered"}, finding, order=iv(), **PREC)
for code in ("Z79.620", "Z94.0"):
    gate(f"p3-{code.lower().replace('.', '-')}", f"P3: {code}", {"P3": "triggered"}, problem("icd:" + code, D[400]))

# P8: where an injection goes deep, what is found stops until it was reviewed.
deep = lambda name, title, ind, route, finding, state="triggered": gate(
    f"p8-deep-{name}", title, {"P8": state}, finding, ind=ind, order=by(route), **(STOP if state == "triggered" else {}))
WARFARIN = statement("drug", "rxnorm:11289")
deep("intrathecal", "Warfarin and an intrathecal injection", "ms", "sct:72607000", WARFARIN)
deep("disc", "Warfarin and an injection into a disc", "disc", "sct:372465003", WARFARIN)
deep("inr-1-6", "INR 1.6", "ms", "route:intrathecal", inr(1.6))
deep("inr-1-5", "INR 1.5", "ms", "route:intrathecal", inr(1.5), "not-recorded")
deep("platelets-100", "Platelets 100", "disc", "route:intradiscal", platelets(100), "not-recorded")
gate("p8-joint-inr-1-6", "INR 1.6 and a joint", {"P8": "not-recorded"}, inr(1.6))

# ---- Animals ----

gate("p12-felv", "A cat with leukaemia virus", {"P12": "triggered"}, problem("sct:334421000009101", D[400]), ind="cat-mouth")
gate("p12-leishmaniosis", "A dog with leishmaniosis", {"P12": "triggered"}, problem("icd:B55.0", D[100]), ind="dog-joint")
steroid = lambda date, route="route:intra-articular": given("steroid", "rxnorm:10759", date) | {"dosage": {"route": concept(route)}}
gate("p13-30-days", "A steroid in a joint 30 days ago", {"P13": "triggered"}, steroid(D[30]), ind="dog-joint")
gate("p13-31-days", "31 days ago", {"P13": "not-recorded"}, steroid(D[31]), ind="dog-joint")
gate("p13-oral", "By mouth", {"P13": "not-recorded"}, steroid(D[20], "sct:26643006"), ind="dog-joint")
gate("h5-dog", "A reaction of a dog to an earlier dose", {"H5": "unconfirmed"}, adverse_event("modality:msc", "Non-serious"), ind="dog-joint")

# ---- What the codes of an indication do not say ----

AT400 = dict(onset=D[400])
NONE = dict(onset=D[400], indication=False)
simple("gvhd-chronic-beside-any", "Chronic, beside a disease of any kind", "gvhd", "AANNUN", problem("icd:D89.811"), codes="sct:234646005", **NONE)
simple("gvhd-chronic-beside-acute", "Chronic beside acute: the acute one counts", "gvhd", "AUNNUN", problem("icd:D89.811"))
simple("arterial-disease-3", "Claudication", "limb", "AANNUN", grade("rutherford-category", 3), codes="sct:840580004", **NONE)
simple("arterial-disease-4", "Pain at rest threatens the limb", "limb", "YANNNN", grade("rutherford-category", 4), codes="sct:840580004",
       **AT400)
simple("crohn-any-fistula-and-anal", "Any fistula, beside an anal one", "crohn", "AUNNUN", condition("fistula", "icd:K60.3", D[60]),
       codes="icd:K50.913", **AT400)
simple("crohn-enteric", "A fistula of the gut", "crohn", "AANNUN", condition("fistula", "icd:K63.2", D[60]), codes="icd:K50.813", **NONE)
simple("paraplegia-injury", "Paraplegia, with a code of the injury", "cord", "YANNUN", condition("injury", "icd:S24.101S", D[400]),
       codes="icd:G82.20", **AT400)
simple("paraplegia-of-ms", "Paraplegia of multiple sclerosis", "ms-progressive", "YYNNUN", condition("legs", "icd:G82.20", D[400]),
       codes="icd:G35.C1", **AT400)
simple("tear-partial", "A partial tear", "tendon", "AANNUN", codes="icd:M75.111", **NONE)
simple("foot-ischaemic", "An ischaemic ulcer without diabetes", "foot", "AANNUN", codes="sct:238794007", **NONE)
simple("foot-ischaemic-diabetes", "An ischaemic ulcer of a diabetic", "foot", "YANNUN", condition("diabetes", "icd:E11.9", D[400]),
       codes="sct:238794007", **AT400)

# ---- Acute is not early; the course on the label ----

simple("acute-gvhd-week", "A week of the disease without a grade", "gvhd", "AUNNUN", onset=D[7])
simple("acute-ards-two-days", "Two days, no oxygenation", "ards", "AUNNUN", onset="2026-06-13", order=iv())
simple("acute-cord-week", "A cord injury of a week", "cord", "UANNUN", onset=D[7])
doses = [given(f"g{n}", LABEL, f"2026-05-{4 + n * 3:02}") for n in range(8)]
course = lambda *plan: order(LABEL, "route:intravenous", "symptom-relief", repeat=repeat(*plan))
simple("erep-four-after-eight", "Four weekly doses after eight", "gvhd", "AUNNUN", *doses, order=course(4, 1, 1, "wk"))
simple("erep-eight-again", "Eight again after a recurrence", "gvhd", "AUNNUN", *doses, order=course(8, 2, 1, "wk"))
simple("erep-by-hcpcs", "The product by its billing code", "gvhd", "AUNNUN", order=order(
    "hcpcs:J3402", "route:intravenous", "symptom-relief", repeat=repeat(8, 2, 1, "wk")))

# ---- Another active infection: neither systemic nor at the place of application ----

named = lambda codes: codes.replace("sct:", "").replace(":", "-").replace(".", "-").replace(" ", "-").lower()
NO_CAUSE = {"H2": "not-recorded", "H2e": "triggered"}
for code in (
        "icd:J20.9 sct:10509002", "icd:J18.9", "icd:U07.1", "icd:J10.1", "icd:B16.9", "icd:B02.9", "icd:K65.0", "icd:J85.1", "icd:N10",
        "icd:A09", "icd:N39.0", "icd:K57.20", "icd:K57.32", "icd:T83.511A", "icd:A52.3", "who:U07.2", "who:J12.9", "gm:K57.32",
        "gm:t827", "kcd:A90", "nl:J18.9", "sct:233604007", "sct:76272004", "sct:235864009", "sct:840539006", "sct:68566005",
        "sct:307426000", "sct:4740000", "sct:45816000"):
    gate(f"h2e-{named(code)}", f"An active infection by {code}", NO_CAUSE, problem(code, D[7]))
for code in ("icd:J06.9", "icd:J40", "icd:B00.1", "icd:B07.9", "icd:B35.1", "icd:B86", "icd:B94.8", "icd:B95.62", "icd:K65.4", "icd:K83.01",
             "icd:T83.511S", "gm:K57.31", "sct:444814009"):
    gate(f"h2e-not-{named(code)}", f"{code} is no infection that matters", {"H2": "not-recorded", "H2e": "not-recorded"},
         problem(code, D[7]))
PNEUMONIA = "icd:J18.9"
gate("h2e-30-days", "Begun 30 days ago", {"H2e": "triggered"}, problem(PNEUMONIA, D[30]))
gate("h2e-31-days", "Begun 31 days ago and never closed", {"H2e": "unconfirmed"}, problem(PNEUMONIA, D[31]))
gate("h2e-recorded-30", "No onset, recorded 30 days ago", {"H2e": "triggered"}, problem(PNEUMONIA, None, recordedDate=D[30]))
gate("h2e-recorded-31", "No onset, recorded 31 days ago", {"H2e": "unconfirmed"}, problem(PNEUMONIA, None, recordedDate=D[31]))
gate("h2e-begun-long-ago", "Begun 60 days ago, recorded as active since", {"H2e": "triggered"}, problem(PNEUMONIA, D[60], recordedDate=D[8]))
gate("h2e-no-date", "No date at all", {"H2e": "unconfirmed"}, problem(PNEUMONIA, None))
gate("h2e-listed-long-ago", "On the problem list since 1998", {"H2e": "unconfirmed"}, listed("icd:N39.0", "1998-11-02"))
gate("h2e-provisional", "Not confirmed", {"H2e": "unconfirmed"}, problem(PNEUMONIA, D[7], verification="provisional"))
gate("h2e-resolved", "Over", {"H2e": "not-recorded"}, problem(PNEUMONIA, D[7], clinical="resolved"))
gate("h2e-refuted", "Refuted", {"H2e": "not-recorded"}, problem(PNEUMONIA, D[7], verification="refuted"),
     left_out={"Condition/@finding": "refuted"})
gate("h2e-and-sepsis", "One code says sepsis: told once", {"H2": "triggered", "H2e": "not-recorded"}, problem("icd:J18.9 icd:A41.9", D[7]),
     **STOP)
gate("h2e-beside-sepsis", "A pneumonia beside a sepsis", {"H2": "triggered", "H2e": "triggered"}, problem(PNEUMONIA, D[7]),
     condition("sepsis", "icd:A41.9", D[7]), **STOP)
gate("h2e-chronic-hepatitis", "Chronic hepatitis is told by its own check", {"H2c": "triggered", "H2e": "not-recorded"},
     problem("icd:B18.1", D[7]))
gate("h2e-told-at-the-place", "An infected joint at the place of application: told once", {"H2a": "triggered", "H2e": "not-recorded"},
     problem("icd:M00.9", D[30]), **STOP)
gate("h2e-joint-180-days", "An infected joint by a vein, 180 days", {"H2a": "clear", "H2e": "triggered"}, problem("icd:M00.9", D[180]),
     order=iv())
gate("h2e-joint-old", "An infected joint by a vein, too long ago", {"H2a": "clear", "H2e": "unconfirmed"}, problem("icd:M00.9", D[400]),
     order=iv())
gate("h2e-meningitis", "Meningitis and a knee", {"H2a": "not-recorded", "H2e": "triggered"}, problem("icd:G00.9", D[7]))
gate("h2e-cellulitis-by-a-vein", "Cellulitis and a vein", {"H2a": "clear", "H2e": "triggered"}, problem("icd:L03.90", D[7]), order=iv())
gate("h2e-ards", "A pneumonia in ARDS", {"H2": "not-recorded", "H2e": "triggered"}, problem(PNEUMONIA, D[7]), ind="ards", order=iv(),
     states="AUNNUN")
gate("h2e-gvhd", "Cytomegalovirus in graft-versus-host disease: told once", {"H2d": "triggered", "H2e": "not-recorded"},
     problem("icd:B25.9", D[7]), ind="gvhd", order=iv())
gate("h2e-dog", "A dog with pneumonia", {"H2": "not-recorded", "H2e": "triggered"}, problem("sct:233604007", D[7]), ind="dog-joint")
gate("h2e-leishmaniosis", "Leishmaniosis of a dog is told by its own check", {"P12": "triggered", "H2e": "not-recorded"},
     problem("icd:B55.0", D[7]), ind="dog-joint")
gate("h2e-bone-abscess", "An abscess of bone is an infection of the place", {"H2a": "triggered", "H2e": "not-recorded"},
     problem("sct:63375009", D[7]), **STOP)

# ---- Cancer that no diagnosis names: its drugs, and what a pathologist saw ----

POSSIBLE = {"H1": "unconfirmed", "P3": "triggered"}
for code in ("rxnorm:56946", "rxnorm:3639", "rxnorm:1740864", "atc:L01CD01", "atc:L01DB01", "atc-de:L01XA02"):
    gate(f"cancer-drug-{named(code)}", f"A cytotoxic drug by {code}", POSSIBLE if code[-7:] != "L01XA02" else {"H1": "unconfirmed"},
         drug(code))
gate("cancer-drug-statement", "A cytotoxic drug that is taken", POSSIBLE, statement("drug", "atc:L01CD01"))
gate("cancer-drug-on-hold", "One that is paused", {"H1": "unconfirmed", "P3": "unconfirmed"}, drug("atc:L01CD01", status="on-hold"))
gate("cancer-drug-unknown", "One of which nobody knows", {"H1": "unconfirmed", "P3": "unconfirmed"},
     statement("drug", "atc:L01CD01", "unknown"))
gate("cancer-drug-stopped", "One that was stopped", {"H1": "not-recorded", "P3": "not-recorded"},
     statement("drug", "atc:L01CD01", "stopped"))
gate("cancer-drug-not-to-be-given", "One that is not to be given", {"H1": "not-recorded", "P3": "not-recorded"},
     drug("atc:L01CD01", doNotPerform=True))
gate("cancer-drug-words", "One in words", POSSIBLE, drug("text:Paclitaxel 175 mg/m2 IV every 3 weeks"))
gate("cancer-drug-words-skin", "A cream", {"H1": "not-recorded", "P3": "not-recorded"}, drug("text:Fluorouracil 5% topical cream"))
gate("cancer-drug-antibody", "An antibody against cancer depletes no lymphocytes", {"H1": "unconfirmed", "P3": "not-recorded"},
     drug("rxnorm:224905"))
for code in ("rxnorm:828265", "rxnorm:117055", "rxnorm:121191", "rxnorm:6851", "rxnorm:3002", "rxnorm:7005", "atc:L01AA01", "atc:L01BA01",
             "atc:L01XX05", "atc:L01FA01", "atc:L01XC04", "atc:L01EJ01", "text:Hydroxyurea 500 mg daily"):
    gate(f"no-cancer-drug-{named(code)[:24]}", f"{code} suppresses the immune system and need not mean cancer",
         {"H1": "not-recorded", "P3": "triggered"}, drug(code))
gate("no-cancer-drug-light", "A sensitizer to light", {"H1": "not-recorded", "P3": "not-recorded"}, drug("atc:L01XD04"))
gate("cancer-drug-and-cancer", "Beside a malignancy: the stop", {"H1": "triggered", "P3": "triggered"}, drug("atc:L01CD01"),
     problem("icd:C50.911", D[100]), **STOP)
gate("cancer-drug-and-perhaps-cancer", "Beside a malignancy that is not confirmed", POSSIBLE, drug("atc:L01CD01"),
     problem("icd:C50.911", D[100], verification="provisional"))
gate("cancer-drug-in-remission", "Beside a malignancy in remission", POSSIBLE | {"H1x": "triggered"}, drug("atc:L01CD01"),
     problem("icd:C50.911", D[100], clinical="remission"))

histology = lambda value, date=D[30], **more: observation("histology", "loinc:59847-4", value, date, **more)
for code in ("sct:72495009", "sct:82711006", "icdo:8500/3", "icdo:8140/6", "sct:254837009"):
    gate(f"histology-{named(code).replace('/', '-')}", f"A malignant histology, {code}", {"H1": "unconfirmed"}, histology(code))
for code in ("icdo:8140/0", "icdo:8500/2", "icdo:8090/3"):
    gate(f"histology-not-{named(code).replace('/', '-')}", f"{code} is no malignancy that matters", {"H1": "not-recorded"}, histology(code))
gate("histology-long-ago", "However old", {"H1": "unconfirmed"}, histology("icdo:8500/3", "2010-05-06"))
gate("histology-no-date", "Without a date", {"H1": "unconfirmed"}, histology("icdo:8500/3", None))
for status, reason in (("preliminary", "not-final"), ("cancelled", "cancelled"), ("entered-in-error", "entered-in-error")):
    gate(f"histology-{status}", f"A histology that is {status}", {"H1": "not-recorded"}, histology("icdo:8500/3", status=status),
         left_out={"Observation/@histology": reason})
gate("histology-and-drug", "Both", POSSIBLE, histology("icdo:8500/3"), drug("atc:L01CD01"))
for code in ("735935009", "788876001"):
    gate(f"h1-{code}", "A consequence of a malignancy says that there is one", {"H1": "triggered"}, problem("sct:" + code, D[100]), **STOP)
gate("h1-nl", "A malignancy by the Dutch edition", {"H1": "triggered"}, problem("nl:C50.9", D[100]), **STOP)
gate("h4b-amoxicillin-snomed", "An allergy to amoxicillin by SNOMED CT", {"H4b": "triggered"}, allergy("allergy", "sct:372687004"))

# ---- Pregnancies that ended or began too long ago ----

DAY_300, DAY_301, DAY_365, DAY_366 = "2025-08-19", "2025-08-18", "2025-06-15", "2025-06-14"
OLD_WOMAN = dict(patient=patient("female", "1936-01-01"))
ASKED = {"H3": "not-recorded", "H3b": "not-recorded"}
for code in ("sct:19169002", "icd:O03.9", "who:O03.9", "gm:O04.9", "icd:O00.90", "sct:17369002"):
    gate(f"h3-ended-{named(code)}", f"{code} is no pregnancy now, and denies none", ASKED, problem(code, None, recordedDate=D[20]), **WOMAN)
gate("h3-ended-long-ago", "A miscarriage of 1961", {"H3": "clear", "H3b": "clear"}, problem("sct:19169002", None, recordedDate="1961-05-06"),
     **OLD_WOMAN)
gate("h3-threatened", "A miscarriage that threatens is a pregnancy", {"H3": "triggered"}, problem("icd:O20.0", D[20]), **WOMAN, **STOP)
gate("h3-begun-300-days", "Begun 300 days ago", {"H3": "triggered"}, problem("icd:Z34.81", DAY_300), **WOMAN, **STOP)
gate("h3-begun-301-days", "Begun 301 days ago", {"H3": "unconfirmed"}, problem("icd:Z34.81", DAY_301), **WOMAN)
gate("h3-recorded-301-days", "Recorded 301 days ago", {"H3": "unconfirmed"},
     problem("icd:Z34.81", None, recordedDate=DAY_301), **WOMAN)
gate("h3-recorded-since", "Begun 301 days ago, recorded as active since", {"H3": "triggered"},
     problem("icd:Z34.81", DAY_301, recordedDate=D[20]), **WOMAN, **STOP)
gate("h3-old-and-provisional", "Not confirmed, and too long ago", {"H3": "unconfirmed"},
     problem("icd:Z34.81", DAY_301, verification="provisional"), **WOMAN)
gate("h3-aged-never-closed", "A pregnancy of 1961 that nobody closed", {"H3": "clear", "H3b": "clear"}, problem("icd:Z34.81", "1961-05-06"),
     left_out={"Condition/@finding": "old"}, **OLD_WOMAN)
gate("h3-aged-no-date", "A pregnancy without a date, aged 90", {"H3": "unconfirmed"}, problem("icd:Z34.81", None), **OLD_WOMAN)
gate("h3-no-date", "A pregnancy without a date, aged 41", {"H3": "triggered"}, problem("icd:Z34.81", None), **WOMAN, **STOP)
gate("h3a-mare-365-days", "A mare, 365 days", {"H3a": "triggered"}, problem("sct:77386006", DAY_365), ind="horse-joint",
     patient=FEMALE("horse"))
gate("h3a-mare-366-days", "A mare, 366 days", {"H3a": "not-recorded"}, problem("sct:77386006", DAY_366), ind="horse-joint",
     patient=FEMALE("horse"), left_out={"Condition/@finding": "old"})
gate("h3a-bitch-301-days", "A bitch, 301 days", {"H3a": "not-recorded"}, problem("sct:77386006", DAY_301), ind="dog-joint",
     patient=FEMALE("dog"), left_out={"Condition/@finding": "old"})
