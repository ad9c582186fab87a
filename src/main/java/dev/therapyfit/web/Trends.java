package dev.therapyfit.web;

import dev.therapyfit.web.DecisionView.Dot;
import dev.therapyfit.web.DecisionView.Trend;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Values of one code and unit that stand behind an entry at several dates, as a line above zero. */
final class Trends {
    private static final double LEFT = 10;
    private static final double WIDTH = 220;
    private static final double BOTTOM = 54;
    private static final double HEIGHT = 36;
    private static final int DAY = "2026-06-15".length();

    private Trends() {}

    private record Point(String reference, LocalDate date, double value, String said) {}

    /**
     * One for each code and unit with numbers at two days or more.
     *
     * @param limits of the decision's trends: from which value results are raised, and since when they count
     */
    static List<Trend> of(JsonNode evidence, JsonNode limits, PageWords words) {
        Map<String, List<Point>> byCode = new TreeMap<>();
        evidence.forEach(datum -> point(datum).ifPresent(point -> byCode.computeIfAbsent(
                        datum.path("code").asString("") + " "
                                + datum.path("unit").asString(""),
                        code -> new ArrayList<>())
                .add(point)));
        return byCode.values().stream()
                .filter(points -> points.stream().map(Point::date).distinct().count() > 1)
                .map(points -> line(points, limits, words))
                .toList();
    }

    private static Optional<Point> point(JsonNode datum) {
        String date = datum.path("date").asString("");
        if (!datum.path("value").isNumber() || date.length() < DAY) {
            return Optional.empty();
        }
        try {
            String said =
                    datum.path("value").asString("") + " " + datum.path("unit").asString("");
            return Optional.of(new Point(
                    datum.path("reference").asString(""),
                    LocalDate.parse(date.substring(0, DAY)),
                    datum.path("value").doubleValue(),
                    said.strip()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Trend line(List<Point> given, JsonNode limits, PageWords words) {
        List<Point> points =
                given.stream().sorted(Comparator.comparing(Point::date)).toList();
        double first = points.get(0).date().toEpochDay();
        double days = points.get(points.size() - 1).date().toEpochDay() - first;
        double least =
                Math.min(0, points.stream().mapToDouble(Point::value).min().orElse(0));
        Optional<JsonNode> limit = limits.valueStream()
                .filter(one -> one.path("references").valueStream().anyMatch(reference -> points.stream()
                        .anyMatch(point -> point.reference().equals(reference.asString()))))
                .findFirst();
        // In another unit it would stand in the wrong place.
        OptionalDouble threshold = limit.filter(one -> one.path("threshold").isNumber()
                        && points.get(0).said().endsWith(" " + one.path("unit").asString("")))
                .map(one -> OptionalDouble.of(one.path("threshold").doubleValue()))
                .orElse(OptionalDouble.empty());
        double most = Math.max(
                threshold.orElse(0),
                points.stream().mapToDouble(Point::value).max().orElse(0));
        double range = most > least ? most - least : 1;
        List<Dot> dots = points.stream()
                .map(point -> new Dot(
                        rounded(LEFT + (point.date().toEpochDay() - first) / days * WIDTH),
                        rounded(BOTTOM - (point.value() - least) / range * HEIGHT)))
                .toList();
        Point last = points.get(points.size() - 1);
        Optional<LocalDate> since =
                limit.map(one -> LocalDate.parse(one.path("since").asString("")));
        // told in its own unit too where it is not drawn
        String note = Stream.concat(
                        limit.filter(one -> one.path("threshold").isNumber()).stream()
                                .map(one -> words.of(
                                        "trend.limit",
                                        one.path("threshold")
                                                        .decimalValue()
                                                        .stripTrailingZeros()
                                                        .toPlainString()
                                                + " " + one.path("unit").asString(""))),
                        since.stream().map(day -> words.of("trend.since", day.toString())))
                .map(String::strip)
                .collect(Collectors.joining(", "));
        return new Trend(
                Stream.concat(points.stream().map(point -> point.date() + ": " + point.said()), Stream.of(note))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(", ")),
                note,
                threshold.isPresent() ? rounded(BOTTOM - (threshold.getAsDouble() - least) / range * HEIGHT) : -1,
                since.map(day -> rounded(LEFT + Math.min(1, Math.max(0, (day.toEpochDay() - first) / days)) * WIDTH))
                        .orElse(LEFT),
                dots,
                dots.stream().map(dot -> dot.x() + "," + dot.y()).collect(Collectors.joining(" ")),
                List.of(points.get(0).said(), last.said()),
                List.of(points.get(0).date().toString(), last.date().toString()));
    }

    private static double rounded(double place) {
        return Math.round(place * 10) / 10.0;
    }
}
