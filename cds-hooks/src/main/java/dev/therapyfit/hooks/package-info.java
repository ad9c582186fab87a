/**
 * The CDS Hooks service. A call goes through the packages in this order: {@code web}, {@code hook}, {@code prefetch},
 * the CQL engine, {@code decision}, {@code card}, {@code web}. Start at {@link
 * dev.therapyfit.hooks.service.HookPipeline}, which calls them one after the other.
 */
@NullMarked
package dev.therapyfit.hooks;

import org.jspecify.annotations.NullMarked;
