package dev.therapyfit.hooks.decision;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The datum behind a part of a decision.
 *
 * @param reference relative reference
 * @param code first code of the resource
 * @param value a number, a boolean, a code or a number with its comparator; absent if the resource has no value or
 *     free text only
 * @param unit UCUM code of the value
 * @param date clinically relevant date, in the precision of the record
 * @param origin {@code prefetch}, {@code fetched} or {@code context}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Evidence(
        String reference,
        @Nullable String code,
        @Nullable Object value,
        @Nullable String unit,
        @Nullable String date,
        String origin) {}
