/**
 * CQL compiled: ELM becomes a tree of nodes in which nothing is looked up by name any longer. Start at {@link
 * dev.therapyfit.cql.elm.Program}, which makes an {@link dev.therapyfit.cql.elm.Evaluation} over {@link
 * dev.therapyfit.cql.elm.Data}. One class for each group of operators in Appendix B of the CQL specification; {@code
 * src/docs/engine.md} says how one is added.
 */
@NullMarked
package dev.therapyfit.cql.elm;

import org.jspecify.annotations.NullMarked;
