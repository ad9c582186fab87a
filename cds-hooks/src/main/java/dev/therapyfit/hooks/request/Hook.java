package dev.therapyfit.hooks.request;

import java.util.Arrays;
import java.util.Optional;

/** The hooks this product answers, as the CDS Hooks library names them (versions 1.0 and later of each). */
public enum Hook {
    PATIENT_VIEW("patient-view"),
    ORDER_SELECT("order-select"),
    ORDER_SIGN("order-sign");

    private final String code;

    Hook(String code) {
        this.code = code;
    }

    /** The version of the hook's definition in the CDS Hooks library that is read here: it is the same for all three. */
    public String version() {
        return "1.0";
    }

    /** The name on the wire. */
    public String code() {
        return code;
    }

    public static Optional<Hook> of(String code) {
        return Arrays.stream(values()).filter(hook -> hook.code.equals(code)).findFirst();
    }
}
