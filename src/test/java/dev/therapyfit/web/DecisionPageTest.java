package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import dev.therapyfit.web.LinkedDecisions.Link;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DecisionPageTest {
    private static final String MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    private static final JsonMapper JSON = new JsonMapper();

    private static final Content CONTENT = PackagedContent.read();

    private final DecisionPage pages = new DecisionPage(
            new CurrentContent(HookPipeline.of(
                    LoadedContent.of(CONTENT, CqlEvaluator.compile(CONTENT)),
                    new HookRequestDecoder(),
                    new PrefetchCompleter(FhirDataSource.NONE, ReadBulkheads.on(Runnable::run)))),
            new RecentInputs(Duration.ZERO, 0),
            new PossibleAnswers(
                    new WebSettings(Clock.systemUTC(), null, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1)),
            new PageTemplates());

    @Test
    void no_text_of_a_record_or_of_the_content_acts_as_markup() {
        String entry = """
                {"id": "M1", "title": "$", "state": "$", "why": "$", "favours": "msc", "statements": ["$"],
                 "evidence": [
                  {"reference": "$", "code": "$", "value": 1, "unit": "$", "date": "2026-01-01", "origin": "$"},
                  {"reference": "$", "code": "$", "value": 2, "unit": "$", "date": "2026-01-02", "origin": "$"},
                  {"reference": "$", "code": "$", "value": "$", "date": "$", "origin": "$"}]}
                """;
        String page = pages.of(
                decision(Map.of(
                        "summary", json("[\"$\"]"),
                        "criteria", json("[" + entry + "]"),
                        "preference", json(entry),
                        "gates", json("[" + entry + "]"),
                        "publishedEvidence", json("[{\"modality\": \"$\", \"shown\": \"$\"}]"),
                        "conflicts", json("[\"$\"]"))),
                PageWords.preferredBy(null),
                new Link(json("\"$\"").stringValue(), MARKUP, MARKUP));

        assertThat(page).contains("alert(1)").contains("class=\"trend\"");
        assertThat(page.replaceAll("<script src=\"/page.js\" defer></script>", ""))
                .doesNotContain("<script", "<img", "=\"\"'", "\"'>");
    }

    @Test
    void a_code_that_the_schema_has_a_title_for_is_shown_by_it() {
        assertThat(pages.of(
                        decision(Map.of(
                                "publishedEvidence",
                                json("[{\"modality\": \"msc\", \"level\": \"R-\", \"text\": \"Shown.\"}]"))),
                        PageWords.preferredBy(null),
                        new Link("", "", "")))
                .contains("randomised trial, negative");
    }

    @Test
    void a_failure_is_told_in_words() {
        assertThat(pages.of(new NotFound("no such decision"), PageWords.preferredBy("de")))
                .contains("<html lang=\"de\">", "No such decision.", "kann nicht gezeigt werden");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de|de",
                "de-CH,en;q=0.5|de",
                "fr, de;q=0.4, en;q=0.2|de",
                "fr|en",
                "en-GB,de|en",
                "*|en",
                "!!;q=x|en",
            })
    void the_language_is_the_one_that_is_liked_most_of_those_there_are(String accept, String language) {
        assertThat(PageWords.preferredBy(accept).language()).isEqualTo(language);
    }

    @Test
    void every_word_stands_in_every_language() throws IOException {
        assertThat(words("pages_de.properties").keySet())
                .isEqualTo(words("pages.properties").keySet());
    }

    private static Properties words(String file) throws IOException {
        Properties words = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("main/resources", file))) {
            words.load(reader);
        }
        return words;
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace("$", MARKUP.replace("\"", "\\\"")));
    }

    private static Decision decision(Map<String, JsonNode> parts) {
        return new Decision(
                "id",
                Instant.EPOCH,
                new ContentVersion(MARKUP, MARKUP, "a".repeat(64)),
                "",
                MARKUP,
                "US",
                MARKUP,
                MARKUP,
                1,
                false,
                "",
                List.of(),
                List.of(new Decision.NotRead(MARKUP, MARKUP)),
                parts);
    }
}
