package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.terminology.Terminology.Code;
import java.util.Set;

/**
 * How far back the content needs data of a type (DataRequirement.dateFilter of its main Library).
 *
 * @param type FHIR resource type
 * @param datePath element that holds the date, for example {@code effective}
 * @param days so many days before the evaluation, at least one
 * @param unlimited codes that are needed however old they are
 */
public record LookBack(String type, String datePath, int days, Set<Code> unlimited) {}
