package dev.therapyfit;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** FHIR R4's own definitions, to hold resources against; codes are not looked up. Slow: about a second for the first. */
public final class R4 {
    private static final FhirContext FHIR = FhirContext.forR4();
    private static final FhirValidator VALIDATOR = validator();

    private R4() {}

    private static FhirValidator validator() {
        FhirInstanceValidator instances = new FhirInstanceValidator(new ValidationSupportChain(
                new DefaultProfileValidationSupport(FHIR),
                new CommonCodeSystemsTerminologyService(FHIR),
                new InMemoryTerminologyServerValidationSupport(FHIR)));
        instances.setNoTerminologyChecks(true);
        return FHIR.newValidator().registerValidatorModule(instances);
    }

    /** What is wrong with a resource; empty if it is valid. */
    public static List<String> errors(String json) {
        FHIR.newJsonParser().setParserErrorHandler(new StrictErrorHandler()).parseResource(json);
        return validated(json).map(SingleValidationMessage::toString).toList();
    }

    /** What the validator alone finds wrong. */
    static Stream<SingleValidationMessage> validated(String json) {
        return VALIDATOR.validateWithResult(json).getMessages().stream()
                .filter(message -> message.getSeverity() == ResultSeverityEnum.ERROR
                        || message.getSeverity() == ResultSeverityEnum.FATAL);
    }
}
