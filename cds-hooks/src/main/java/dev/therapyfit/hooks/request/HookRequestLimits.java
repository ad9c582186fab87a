package dev.therapyfit.hooks.request;

/**
 * How much the body of a call may hold.
 *
 * @param depth levels of nesting
 * @param numberLength characters of a number
 * @param stringLength characters of a string in a resource
 * @param resources FHIR resources, wherever they stand
 */
public record HookRequestLimits(int depth, int numberLength, int stringLength, int resources) {
    /** Far above what a chart needs, and far below what harms. */
    public static final HookRequestLimits USUAL = new HookRequestLimits(100, 1_000, 2_000_000, 5_000);
}
