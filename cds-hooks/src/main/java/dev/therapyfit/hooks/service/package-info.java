/** The pipeline, and the services that the content declares. Start at {@link dev.therapyfit.hooks.service.HookPipeline}. */
@NullMarked
package dev.therapyfit.hooks.service;

import org.jspecify.annotations.NullMarked;
