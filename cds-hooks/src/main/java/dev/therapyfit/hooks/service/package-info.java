/** The whole line in one method, and the services that the content declares. Start at {@link dev.therapyfit.hooks.service.HookInvocation}. */
@NullMarked
package dev.therapyfit.hooks.service;

import org.jspecify.annotations.NullMarked;
