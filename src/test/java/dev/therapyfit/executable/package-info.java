/**
 * End-to-end tests: the executable jars as processes of their own, the real HAPI server, real HTTP, free ports. Start at
 * {@link dev.therapyfit.executable.SandboxIT}.
 */
@NullMarked
package dev.therapyfit.executable;

import org.jspecify.annotations.NullMarked;
