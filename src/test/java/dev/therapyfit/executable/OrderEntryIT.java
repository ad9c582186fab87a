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
import java.util.List;
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
@Timeout(240)
@EnabledIfEnvironmentVariable(named = TestBrowser.PROGRAM, matches = ".+")
class OrderEntryIT {
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    /** There, be it folded. */
    private static final WaitForSelectorOptions ATTACHED =
            new WaitForSelectorOptions().setState(WaitForSelectorState.ATTACHED);

    private static final WaitForSelectorOptions LONG = new WaitForSelectorOptions().setTimeout(90_000);

    @TempDir
    static Path data;

    private static Executable sandbox;
    private static TestBrowser browser;
    private static String base;

    @BeforeAll
    static void start() throws Exception {
        // Other tests that run beside it have deadlines.
        Map<String, String> modest = Map.of(
                "JAVA_OPTS", Executable.QUICK_START + " -Djava.util.concurrent.ForkJoinPool.common.parallelism=1");
        sandbox = Executable.start(modest, "sandbox", "--port", "0", "--fhir-port", "0", "--data", data.toString());
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
        assertThat(app.locator("input[value='4']").isChecked())
                .as("the page was not loaded anew")
                .isTrue();
        assertThat(app.locator("#result").innerText()).contains("Kellgren-Lawrence grade");
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
        page.locator("#words").fill("MSC therapy");
        page.locator("#file").setInputFiles(chart);
        page.locator("text=Write it to the FHIR server").click();
        page.waitForSelector("option[value=dropped]", ATTACHED);

        assertThat(page.locator("#patient").inputValue()).isEqualTo("dropped");
        assertThat(page.locator("[role=status]").innerText()).contains("One resource", "Patient/dropped");
        assertThat(page.locator("#words").inputValue()).as("the order").isEqualTo("MSC therapy");
    }

    /** Synthea names practitioners by a search, and has them in another file. */
    @Test
    void a_file_that_is_dropped_anywhere_is_written_though_it_names_what_is_elsewhere() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(base);
        page.evaluate("""
                () => {
                  const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [
                    { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient', id: 'x', gender: 'male' },
                      request: { method: 'POST', url: 'Patient' } },
                    { fullUrl: 'urn:uuid:2', resource: { resourceType: 'Encounter', status: 'finished',
                        class: { code: 'AMB' }, subject: { reference: 'urn:uuid:1' },
                        participant: [{ individual: { reference: 'Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|9999' } }] },
                      request: { method: 'POST', url: 'Encounter' } }] };
                  const data = new DataTransfer();
                  data.items.add(new File([JSON.stringify(bundle)], 'synthea.json', { type: 'application/json' }));
                  document.querySelector('h1').dispatchEvent(
                    new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
                }
                """);
        page.waitForSelector("[role=status]");

        assertThat(page.locator("[role=status]").innerText()).contains("2 resources", "Patient/", "Encounter/");
    }

    @Test
    void a_file_that_is_no_resource_is_refused_and_nothing_is_forgotten() throws IOException {
        Path file = Files.writeString(data.resolve("chart.txt"), "no chart");
        Page page = browser.page(360, ColorScheme.DARK);
        page.navigate(base);
        page.locator("#patient").selectOption("o2");
        assertThat(page.locator("#story").innerText()).isNotEmpty();
        page.locator("#file").setInputFiles(file);
        page.locator("#import").click();
        page.waitForSelector("[role=alert]");

        assertThat(page.locator("[role=alert]").innerText()).contains("Expected a FHIR R4 Bundle");
        assertThat(page.locator("#patient").inputValue()).isEqualTo("o2");
        browser.assertUsable(page);
    }

    @Test
    void an_order_has_to_be_chosen_where_the_hook_is_about_one() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(base);
        page.locator("#order").selectOption("");
        page.locator("button.primary").click();

        assertThat(page.locator("[role=alert]").innerText()).contains("order-select");
    }

    @Test
    void a_service_that_is_not_there_is_told() {
        Page page = browser.page(360, ColorScheme.LIGHT);
        page.navigate(base + "?patient=o1&words=MSC&service=http://localhost:9/cds-services");
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

    @Test
    void the_workbench_says_what_a_change_does() {
        Page page = browser.page(1440, ColorScheme.LIGHT);
        page.navigate(base + "workbench?file=input/cql/TherapyFitThresholds.cql&example=o1");
        page.waitForSelector(".CodeMirror");
        browser.assertUsableNarrowAndWide(page, "workbench-new");

        String below = "\"LVEF Advanced Below\": ";
        String percent = "35.0";
        for (int tenth = 1; tenth < 6 && TestBrowser.IS_FOR_PICTURES; tenth++) {
            String other = "31." + tenth;
            change(page, below + percent, below + other);
            page.waitForSelector("#report[aria-busy]", LONG);
            page.waitForSelector("#report:not([aria-busy])", LONG);
            percent = other;
        }
        change(page, below + percent, below + "30.0");
        page.waitForSelector("#report >> text=answered otherwise", LONG);
        page.waitForSelector("#report .changed code");
        browser.assertUsableNarrowAndWide(page, "workbench");
        TestBrowser.keepPicture(page, "workbench", 1440, 760);

        change(page, below + "30.0", below + "thirty");
        page.waitForSelector("#report li.problem", LONG);
        browser.assertUsableNarrowAndWide(page, "workbench-problem");
        assertThat(page.locator("#report li.problem").first().innerText()).contains("TherapyFitThresholds.cql:");
        assertThat(page.locator(".CodeMirror .at-fault").count()).isPositive();

        page.locator("button[value=discard]").click();
        page.waitForSelector("text=The draft is forgotten.");
    }

    @Test
    void a_case_is_told_side_by_side_and_why() {
        Page page = browser.page(360, ColorScheme.DARK);
        page.navigate(base + "workbench/case/o1?of=TherapyFitCriteria.M1");
        TestBrowser.keep(page, "workbench-case-360-DARK");

        assertThat(page.locator("main").innerText())
                .contains("Both decide alike.", "define \"M1\"", "TherapyFitCriteria.cql:");
        browser.assertUsable(page);
    }

    @Test
    void the_workbench_works_without_a_script() {
        Page page = browser.page(new NewContextOptions().setJavaScriptEnabled(false));
        page.navigate(base + "workbench?file=input/cql/TherapyFitCriteria.cql");
        page.locator("#text").fill(page.locator("#text").inputValue() + "\ndefine \"New\": 1 +\n");
        page.locator("button[value=check]").click();

        assertThat(page.locator("#report").innerText()).contains("TherapyFitCriteria.cql:");
        page.locator("button[value=discard]").click();
    }

    /** Writes into the editor what its user would. */
    private static void change(Page page, String text, String other) {
        page.evaluate(
                "([text, other]) => { const editor = document.querySelector('.CodeMirror').CodeMirror;"
                        + " const at = editor.getValue().indexOf(text);"
                        + " const from = editor.posFromIndex(at);"
                        + " editor.setSelection(from, editor.posFromIndex(at + text.length));"
                        + " editor.replaceSelection(other); editor.scrollIntoView(from, 200); }",
                List.of(text, other));
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
