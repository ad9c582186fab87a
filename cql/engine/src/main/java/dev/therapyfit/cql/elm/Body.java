package dev.therapyfit.cql.elm;

/**
 * What a definition or function says, compiled.
 *
 * @param written as it is written
 * @param varied with the variants of its parts; the same if there are none
 * @param first number of the first of its variants
 * @param last number of the last; less than the first if there are none
 * @param slots that both need
 */
record Body(Node written, Node varied, int first, int last, int slots) {
    /** True if parts of it have variants. */
    boolean varies() {
        return first <= last;
    }

    /** Which of the two an evaluation wants. */
    Node of(Evaluation evaluation) {
        return evaluation.varies(first, last) ? varied : written;
    }
}
