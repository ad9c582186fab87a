package dev.therapyfit.peers;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.HapiResources;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.elm.r1.VersionedIdentifier;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ValueSetExpansionComponent;
import org.opencds.cqf.cql.engine.execution.EvaluationResult;
import org.opencds.cqf.cql.engine.execution.ExpressionResult;
import org.opencds.cqf.fhir.cql.Engines;
import org.opencds.cqf.fhir.cql.EvaluationSettings;
import org.opencds.cqf.fhir.cql.LibraryEngine;
import org.opencds.cqf.fhir.cql.engine.retrieve.RetrieveSettings.SEARCH_FILTER_MODE;
import org.opencds.cqf.fhir.cql.engine.retrieve.RetrieveSettings.TERMINOLOGY_FILTER_MODE;
import org.opencds.cqf.fhir.cql.engine.terminology.TerminologySettings.VALUESET_EXPANSION_MODE;
import org.opencds.cqf.fhir.cql.engine.terminology.TerminologySettings.VALUESET_MEMBERSHIP_MODE;
import org.opencds.cqf.fhir.cql.engine.terminology.TerminologySettings.VALUESET_PRE_EXPANSION_MODE;
import org.opencds.cqf.fhir.utility.repository.InMemoryFhirRepository;

/**
 * Evaluates the content with the clinical-reasoning library, as {@code Library/$evaluate} of a HAPI server does: the
 * libraries are FHIR Library resources with CQL in them, the value sets carry expansions, the patient lies in an
 * in-memory repository. Compiled libraries are cached over all calls, as a server does.
 *
 * <p>It takes no {@code filter} in a value set, so each is expanded beforehand with the codes that the patients carry.
 */
public final class ClinicalReasoning {
    private static final FhirContext FHIR = FhirContext.forR4Cached();

    private final EvaluationSettings settings = EvaluationSettings.getDefault();
    private final VersionedIdentifier main;
    private final Bundle knowledge = new Bundle();

    /**
     * Prepares the peer.
     *
     * @param content the content
     * @param terminology its value sets
     * @param patients resources whose codes the expansions must hold
     */
    public ClinicalReasoning(Content content, Terminology terminology, Collection<Resource> patients) {
        FHIR.setValidationSupport(new DefaultProfileValidationSupport(FHIR));
        settings.getTerminologySettings()
                .setValuesetPreExpansionMode(VALUESET_PRE_EXPANSION_MODE.USE_IF_PRESENT)
                .setValuesetExpansionMode(VALUESET_EXPANSION_MODE.PERFORM_NAIVE_EXPANSION)
                .setValuesetMembershipMode(VALUESET_MEMBERSHIP_MODE.USE_EXPANSION);
        settings.getRetrieveSettings()
                .setSearchParameterMode(SEARCH_FILTER_MODE.FILTER_IN_MEMORY)
                .setTerminologyParameterMode(TERMINOLOGY_FILTER_MODE.FILTER_IN_MEMORY);
        CqlSource library = content.mainLibrary();
        this.main = new VersionedIdentifier().withId(library.name()).withVersion(library.version());
        content.libraries().forEach(source -> knowledge.addEntry().setResource(library(source)));
        Map<String, Set<Terminology.Code>> expansions = Expansions.of(content, terminology, patients);
        for (Resource read : content.valueSets()) {
            ValueSet valueSet = (ValueSet) HapiResources.toHapi(read);
            knowledge.addEntry().setResource(expanded(valueSet, expansions.getOrDefault(valueSet.getUrl(), Set.of())));
        }
    }

    private static Library library(CqlSource source) {
        Library library = new Library()
                .setName(source.name())
                .setVersion(source.version())
                .setUrl("https://therapyfit.dev/fhir/Library/" + source.name())
                .setStatus(PublicationStatus.ACTIVE);
        library.setId(source.name());
        library.addContent().setContentType("text/cql").setData(source.text().getBytes(StandardCharsets.UTF_8));
        return library;
    }

    private static ValueSet expanded(ValueSet valueSet, Set<Terminology.Code> members) {
        ValueSet copy = valueSet.copy();
        copy.setExpansion(new ValueSetExpansionComponent().setTimestampElement(new DateTimeType("1970-01-01")));
        members.forEach(code ->
                copy.getExpansion().addContains().setSystem(code.system()).setCode(code.code()));
        if (members.isEmpty()) {
            // The peer takes an expansion without codes for none at all.
            copy.getExpansion().addContains().setSystem("urn:therapy-fit:none").setCode("none");
        }
        return copy;
    }

    /** The repository of one patient: the knowledge and its resources. */
    public InMemoryFhirRepository repository(List<Resource> patient) {
        Bundle all = new Bundle();
        knowledge.getEntry().forEach(entry -> all.addEntry().setResource(entry.getResource()));
        patient.forEach(resource -> all.addEntry().setResource(HapiResources.toHapi(resource)));
        return new InMemoryFhirRepository(FHIR, all);
    }

    /**
     * Evaluates expressions of the main library.
     *
     * @return a text for each value by name, see {@link ValueText}; a null has no entry
     */
    public Map<String, String> evaluate(InMemoryFhirRepository repository, Case example, Set<String> names) {
        EvaluationResult result = new LibraryEngine(repository, settings)
                .getEvaluationResult(
                        main,
                        example.record().patient().id().orElseThrow(),
                        null,
                        new LinkedHashMap<>(example.inputs().parameters(example.record())),
                        null,
                        names,
                        Engines.getCqlFhirParametersConverter(FHIR),
                        example.at().atZone(CqlEvaluator.offset(example.record())),
                        null);
        Map<String, String> texts = new TreeMap<>();
        for (String name : names) {
            ExpressionResult found = result.get(name);
            if (found != null && found.getValue() != null) {
                texts.put(name, ValueText.of(found.getValue()));
            }
        }
        return texts;
    }
}
