package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.WaitForSelectorOptions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first page of the sandbox in Chromium: an EHR's order entry against the real service and FHIR server. */
@Timeout(180)
@EnabledIfEnvironmentVariable(named = TestBrowser.PROGRAM, matches = ".+")
class OrderEntryIT {
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    /** There, be it folded. */
    private static final WaitForSelectorOptions ATTACHED =
            new WaitForSelectorOptions().setState(WaitForSelectorState.ATTACHED);

    @TempDir
    static Path data;

    private static Executable sandbox;
    private static TestBrowser browser;
    private static String base;

    @BeforeAll
    static void start() throws Exception {
        sandbox = Executable.start(Map.of(), "sandbox", "--port", "0", "--fhir-port", "0", "--data", data.toString());
        base = sandbox.awaitLine("Try it +(http.*/)", LONGEST_START);
        browser = new TestBrowser();
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1440, LIGHT", "1440, DARK", "360, LIGHT", "360, DARK"})
    void an_order_gets_its_card(int width, ColorScheme theme) {
        Page page = browser.page(width, theme);
        page.navigate(base + "?tour=1");
        TestBrowser.keep(page, "ehr-tour-" + width + "-" + theme);
        browser.assertUsable(page);

        order(page);
        TestBrowser.keep(page, "ehr-card-" + width + "-" + theme);
        page.locator("details").all().forEach(details -> details.evaluate("one => one.open = true"));
        TestBrowser.keep(page, "ehr-all-" + width + "-" + theme);

        browser.assertUsable(page);
        assertThat(page.locator(".card").innerText()).contains("MSC 2 of 2 that apply", "Decided by");
        assertThat(page.locator(".AS_SPECIFIED").count()).isGreaterThan(5);
        assertThat(page.locator(".WRONG").count()).isZero();
    }

    @Test
    void its_link_leads_to_the_decision() {
        Page page = ordered(1);

        TestBrowser.keepPicture(page, "ehr");

        Page decision = page.waitForPopup(() -> page.locator(".card a").first().click());

        decision.waitForSelector("figure");
        assertThat(decision.locator("h1").innerText()).isNotEmpty();
    }

    @Test
    void a_card_is_overridden_with_a_reason_by_keyboard_alone() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(base + "?tour=3");
        page.locator("button.primary").focus();
        page.keyboard().press("Enter");
        page.waitForSelector(".card");
        page.locator("#reason-0").focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Tab");
        page.keyboard().type("for a test");
        page.keyboard().press("Enter");

        page.waitForSelector("text=Overridden.");
        TestBrowser.keep(page, "ehr-overridden");
        assertThat(page.locator("#curl-0").textContent())
                .contains("/feedback", "compassionate-use", "for a test", "overridden");
        browser.assertUsable(page);
    }

    @Test
    void a_suggestion_changes_the_order_and_the_ehr_asks_again() {
        Page page = ordered(4);
        String before = page.locator("#orders + ul").innerText();
        page.locator("button[value=accept-0-0]").click();
        page.waitForSelector("#curl-1", ATTACHED);
        TestBrowser.keep(page, "ehr-accepted");

        assertThat(page.locator("#curl-0").textContent()).contains("/feedback", "acceptedSuggestions");
        assertThat(page.locator("#orders + ul").innerText()).startsWith(before).contains("hs-CRP", "ServiceRequest/");
        assertThat(page.locator("button:has-text('hs-CRP')").count()).isZero();
        browser.assertUsable(page);
    }

    @Test
    void an_app_launched_from_a_card_records_an_answer_and_the_next_call_uses_it() {
        Page page = ordered(2);
        assertThat(page.locator(".card").innerText()).contains("Kellgren-Lawrence grade");

        Page app = page.waitForPopup(
                () -> page.locator(".card a:has-text('Answer what is missing')").click());
        app.waitForSelector("#answers");
        app.locator("input[name='kellgren-lawrence-grade.grade'][value='4']").check();
        app.waitForSelector("#result h2");
        app.locator("button[value=record]").click();
        app.waitForSelector("[role=status]");
        TestBrowser.keep(app, "answer-recorded");

        assertThat(app.locator("[role=status]").innerText())
                .contains("Written into the chart", "QuestionnaireResponse/", "Observation/");
        TestBrowser.assertAccessible(app);

        assertThat(ordered(2).locator(".card").innerText()).contains("Kellgren-Lawrence grade 4");
    }

    @Test
    void a_draft_that_is_removed_leaves_nothing_to_say() {
        Page page = ordered(3);
        page.locator("button[value=accept-0-0]").click();
        page.waitForSelector("#curl-1", ATTACHED);

        assertThat(page.locator(".result").innerText()).contains("nothing to say");
        assertThat(page.locator("#orders").count()).isZero();
    }

    @Test
    void data_are_sent_along_and_a_request_that_is_spoilt_by_hand_is_refused_by_its_field() {
        Page page = ordered(5);
        assertThat(page.locator("#request").inputValue())
                .contains("\"prefetch\"")
                .doesNotContain("\"fhirServer\"");

        page.locator("summary:has-text('Edit')").click();
        page.locator("#request").fill(page.locator("#request").inputValue().replace("\"patientId\"", "\"patient\""));
        page.locator("button[value=send]").click();
        page.waitForSelector("[role=alert]");
        TestBrowser.keep(page, "ehr-refused");

        assertThat(page.locator("[role=alert]").innerText()).contains("HTTP 400", "context.patientId");
        assertThat(page.locator(".NOT_SENT").allTextContents()).anyMatch(text -> text.contains("context.patientId"));
    }

    @Test
    void a_chart_of_ones_own_is_written_and_chosen() throws IOException {
        Path chart = data.resolve("chart.json");
        Files.writeString(
                chart,
                "{\"resourceType\": \"Bundle\", \"type\": \"collection\", \"entry\": [{\"resource\": {\"resourceType\":"
                        + " \"Patient\", \"id\": \"dropped\", \"gender\": \"female\", \"birthDate\": \"1970-01-01\","
                        + " \"name\": [{\"given\": [\"Ada\"], \"family\": \"Dropped\"}]}}]}");
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(base);
        page.locator("#file").setInputFiles(chart);
        page.locator("text=Write it to the FHIR server").click();
        page.waitForSelector("option[value=dropped]", ATTACHED);

        assertThat(page.locator("#patient").inputValue()).isEqualTo("dropped");
    }

    @Test
    void a_service_that_is_not_there_is_told() {
        Page page = browser.page(360, ColorScheme.LIGHT);
        page.navigate(base + "?patient=o1&service=http://localhost:9/cds-services");
        order(page);

        assertThat(page.locator("[role=alert]").innerText()).contains("localhost:9");
        browser.assertUsable(page);
    }

    @Test
    void its_words_are_in_the_readers_language_and_it_works_without_a_script() {
        Page page = browser.page(new NewContextOptions().setLocale("de").setJavaScriptEnabled(false));
        page.navigate(base + "?tour=1");
        order(page);
        TestBrowser.keep(page, "ehr-de");

        assertThat(page.locator("main").innerText()).contains("Karten", "Übergehen");
    }

    /** The answer to the order of a step of the tour. */
    private static Page ordered(int step) {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(base + "?tour=" + step);
        order(page);
        return page;
    }

    private static void order(Page page) {
        page.locator("button.primary").click();
        page.waitForSelector(".card, [role=alert]");
    }
}
