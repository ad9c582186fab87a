/** The author's workbench: content changed in a draft, and what the change does. Start at {@link dev.therapyfit.app.sandbox.workbench.Workbench}. */
@NullMarked
package dev.therapyfit.app.sandbox.workbench;

import org.jspecify.annotations.NullMarked;
