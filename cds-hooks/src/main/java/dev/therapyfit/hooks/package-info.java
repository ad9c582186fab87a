/**
 * The CDS Hooks service, without its transport. A call goes through the packages {@code request}, {@code chart}, the
 * CQL engine, {@code decision} and {@code card}; {@code catalog} says which services there are. Start at {@link
 * dev.therapyfit.hooks.HookPipeline}, which calls one after the other.
 */
@NullMarked
package dev.therapyfit.hooks;

import org.jspecify.annotations.NullMarked;
