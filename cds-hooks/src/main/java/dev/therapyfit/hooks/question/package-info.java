/** What can be asked: FHIR Questionnaires of the content, and what their answers become. Start at {@link dev.therapyfit.hooks.question.Questionnaires}. */
@NullMarked
package dev.therapyfit.hooks.question;

import org.jspecify.annotations.NullMarked;
