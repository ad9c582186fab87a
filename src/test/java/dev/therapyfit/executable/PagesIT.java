package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.app.warmup.HookBodies;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The service's pages in Chromium. Runs where THERAPY_FIT_TEST_BROWSER names the program. */
@Timeout(120)
@EnabledIfEnvironmentVariable(named = TestBrowser.PROGRAM, matches = ".+")
class PagesIT {
    private static final Duration LONGEST_START = Duration.ofMinutes(1);
    private static final String ORDER_SELECT = "therapy-fit-order-select";

    /** Two of its criteria are unknown and matter. */
    private static final String REPEATED = "copies-that-persist";

    private static final String OPEN = "activity-old";

    private static Executable service;
    private static TestBrowser browser;
    private static String base;
    private static String link;

    @BeforeAll
    static void start() throws Exception {
        Content content = PackagedContent.readWithCase(OPEN);
        Case open = Cases.find(content, OPEN).orElseThrow();
        Map<String, String> settings = Map.of(
                "THERAPYFIT_EVALUATIONTIME",
                open.at().toString(),
                "THERAPYFIT_DEADLINE",
                "10s"); // its first call is made cold
        service = Executable.start(settings, "serve", "--port", "0");
        base = service.awaitLine("ready: (.*)/cds-services", LONGEST_START);
        link = link(content, open);
        browser = new TestBrowser();
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
        if (service != null) {
            service.close();
        }
    }

    /** The link on the card for a case, all of whose data are sent. */
    private static String link(Content content, Case about) throws Exception {
        CdsService hook = ServiceCatalog.of(content, CqlEvaluator.compile(content))
                .find(ORDER_SELECT)
                .orElseThrow();
        JsonNode answer = new EhrClient(URI.create(base).getPort())
                .post(ORDER_SELECT, HookBodies.prefetched(hook, about, Set.of()).toString())
                .json();
        return answer.path("cards")
                .path(0)
                .path("links")
                .valueStream()
                .map(one -> one.path("url").asString(""))
                .filter(url -> url.contains("/decisions/"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no link in " + answer));
    }

    @ParameterizedTest
    @CsvSource({
        "decision, 1440, LIGHT",
        "decision, 1440, DARK",
        "decision, 360, LIGHT",
        "decision, 360, DARK",
        "/content/Library/TherapyFitOutcome, 1440, DARK",
        "/content/Library/TherapyFitOutcome, 360, LIGHT",
        "/, 1440, LIGHT",
        "/, 360, DARK",
    })
    void everybody_can_use_a_page(String path, int width, ColorScheme theme) {
        Page page = browser.page(width, theme);
        page.navigate(path.startsWith("/") ? base + path : link);
        page.waitForSelector(path.equals("decision") ? "figure" : "ul, td");
        TestBrowser.keep(page, (path.equals("/") ? "index" : path.replaceAll(".*/", "")) + "-" + width + "-" + theme);

        browser.assertUsable(page);
    }

    @Test
    void the_picture_is_said_in_words_and_each_open_criterion_has_its_outcomes() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(link);
        page.waitForSelector("figure");
        TestBrowser.keepPicture(page, "decision");

        assertThat(page.getAttribute("svg", "aria-label"))
                .isEqualTo("Living cells: MSC: 0 met, 1 unknown. Cell-free signals: secretome: 0 met, 1 unknown.");
        assertThat(page.locator("main").innerText())
                .contains("What would change it", "urine protein/creatinine", "both-acceptable, msc-favoured");
    }

    @Test
    void what_is_folded_opens_by_keyboard() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(link);
        page.waitForSelector("details");
        assertThat(page.locator("details").first().getAttribute("open")).isNull();

        page.locator("summary").first().focus();
        page.keyboard().press("Enter");

        assertThat(page.locator("details[open]").count()).isEqualTo(1);
    }

    @Test
    void it_leads_to_the_same_as_json_and_to_its_schema() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(link);
        page.locator("text=As JSON").click();
        assertThat(page.locator("body").innerText()).startsWith("{").contains("\"outcome\"");

        page.navigate(link);
        page.locator("text=Schema of the JSON").click();
        assertThat(page.locator("body").innerText()).contains("json-schema.org");
    }

    @Test
    void values_of_several_dates_are_a_line_that_is_said_in_words() throws Exception {
        Content content = PackagedContent.readWithCase(REPEATED);
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(link(content, Cases.find(content, REPEATED).orElseThrow()));
        TestBrowser.keep(page, "decision-trend");

        assertThat(page.getAttribute("svg.trend", "aria-label"))
                .isEqualTo("2026-04-16: 30 mg/L, 2026-06-08: 25 mg/L, limit 10 mg/L, counted since 2026-03-17");
        assertThat(page.locator("svg.trend .threshold").count()).isEqualTo(1);
        assertThat(page.getAttribute("svg.trend polyline", "points")).isEqualTo("10.0,18.0 230.0,24.0");
    }

    @Test
    void it_is_copied_as_text_with_what_is_folded() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        page.navigate(link);

        page.locator("#copy").click();
        page.waitForCondition(() -> page.locator("#copy").innerText().equals("Copied"));

        assertThat((String) page.evaluate("navigator.clipboard.readText()"))
                .startsWith(page.locator("h1").innerText())
                .contains("What would change it", "H1 Active malignancy", "content ")
                .doesNotContain("Copy as text", "As JSON");
        assertThat(page.locator("main").count()).isEqualTo(1);
        browser.assertUsable(page);
    }

    @Test
    void its_own_words_are_in_the_readers_language() {
        Page page = browser.page(new NewContextOptions().setLocale("de-CH").setViewportSize(360, 900));
        page.navigate(link);
        TestBrowser.keep(page, "decision-de");

        assertThat(page.getAttribute("html", "lang")).isEqualTo("de");
        assertThat(page.getAttribute("svg", "aria-label")).contains("0 erfüllt, 1 unbekannt");
        assertThat(page.locator("main").innerText())
                .contains("Nicht dokumentiert, also zu klären", "Grenzen", "What would change it");
        assertThat(page.getAttribute("h1", "lang")).isEqualTo("en");
        browser.assertUsable(page);
    }

    @Test
    void it_can_be_read_without_a_script() {
        Page page = browser.page(new NewContextOptions().setJavaScriptEnabled(false));
        page.navigate(link);

        assertThat(page.locator("main").innerText()).contains("What would change it", "Limits");
        assertThat(page.locator("#copy").isVisible()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1440, LIGHT", "1440, DARK", "360, LIGHT", "360, DARK"})
    void an_answer_is_tried_at_once_and_what_it_changes_is_said(int width, ColorScheme theme) {
        Page page = browser.page(width, theme);
        page.navigate(link);
        page.locator("text=Answer what is missing").click();
        page.waitForSelector("#answers");
        TestBrowser.keep(page, "answer-before-" + width + "-" + theme);
        browser.assertUsable(page);

        page.getByLabel("Active: signs").click();
        page.waitForSelector("#result >> text=The outcome changes");
        TestBrowser.keep(page, "answer-" + width + "-" + theme);

        assertThat(page.locator("#result").innerText())
                .contains("M2", "unknown → met", "Activity of the disease", "could still change the outcome");
        browser.assertUsable(page);
    }

    @Test
    void answers_can_be_given_by_keyboard_and_without_a_script() {
        Page page = browser.page(new NewContextOptions().setJavaScriptEnabled(false));
        page.navigate(link.replace("?", "/answer?"));

        page.locator("input[name='disease-activity.activity']").first().focus();
        page.keyboard().press("Space");
        page.locator("input[name='lupus-nephritis-class.grade']").first().focus();
        page.keyboard().press("Space");
        page.keyboard().press("Enter");
        page.waitForSelector("#result h2");
        page.waitForLoadState(); // its heading is there before the rest

        assertThat(page.locator("#result").textContent()).contains("The outcome changes", "S2 ", "\"Observation\"");
        assertThat(page.locator("input:checked").count()).isGreaterThan(2);
    }

    @Test
    void the_CQL_behind_a_criterion_is_told_with_its_values() {
        Page page = browser.page(360, ColorScheme.DARK);
        page.navigate(link);
        page.locator(".entries details:has-text('M2 ') summary").first().click();
        page.locator("details[open] >> text=The CQL behind it").click();
        page.waitForSelector(".explanation");
        TestBrowser.keep(page, "explanation-360-DARK");

        assertThat(page.locator("main").innerText())
                .contains("Why M2", "define \"M2\"", "\"M2 Met\" = null", "TherapyFitCriteria.cql:");
        browser.assertUsable(page);
    }

    @Test
    void a_link_that_is_not_good_is_answered_in_words() {
        Page page = browser.page(360, ColorScheme.LIGHT);
        String other = link.replaceFirst("signature=.*", "signature=zz");
        for (String url :
                List.of(other, other.replace("?", "/answer?"), other.replace("?", "/explain?part=criteria&of=M1&"))) {
            page.navigate(url);
            page.waitForSelector("h1");

            assertThat(page.locator("h1").innerText()).isEqualTo("The decision cannot be shown");
            TestBrowser.assertAccessible(page);
        }
    }
}
