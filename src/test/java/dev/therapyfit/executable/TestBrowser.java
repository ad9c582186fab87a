package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Chromium, as THERAPY_FIT_TEST_BROWSER names it; its screenshots lie in {@code target/screenshots}. */
final class TestBrowser implements AutoCloseable {
    /** True if the pictures of README are made. */
    static final boolean IS_FOR_PICTURES = Boolean.parseBoolean(System.getenv("THERAPY_FIT_PICTURES"));

    static final String PROGRAM = "THERAPY_FIT_TEST_BROWSER";

    private static final int HEIGHT = 900;
    private static final int PICTURE_WIDTH = 1080;
    private static final int PICTURE_HEIGHT = 720;

    private final Playwright playwright;
    private final Browser browser;
    private final Map<Page, List<String>> complaints = new HashMap<>();

    TestBrowser() {
        playwright = Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(Path.of(System.getenv(PROGRAM)))
                        .setArgs(List.of("--no-sandbox")));
    }

    /** A page in English of a width and theme; what it complains of is kept. */
    Page page(int width, ColorScheme theme) {
        return page(new NewContextOptions().setViewportSize(width, HEIGHT).setColorScheme(theme));
    }

    /** A page of any kind. */
    Page page(NewContextOptions options) {
        Page page = browser.newContext(options).newPage();
        List<String> ofPage = new ArrayList<>();
        complaints.put(page, ofPage);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                ofPage.add(message.text());
            }
        });
        page.onPageError(ofPage::add);
        return page;
    }

    /** Keeps what the page looks like. */
    static void keep(Page page, String name) {
        page.screenshot(
                new ScreenshotOptions().setFullPage(true).setPath(Path.of("target", "screenshots", name + ".png")));
    }

    /** Keeps its upper part as README shows it. */
    static void keepPicture(Page page, String name) {
        keepPicture(page, name, PICTURE_WIDTH, PICTURE_HEIGHT);
    }

    /** The same of another size. */
    static void keepPicture(Page page, String name, int width, int height) {
        page.setViewportSize(width, height);
        page.evaluate("window.scrollTo(0, 0)");
        page.screenshot(new ScreenshotOptions().setPath(Path.of("target", "pictures", name + ".png")));
    }

    /** {@link #assertAccessible}, and the console has no error. */
    void assertUsable(Page page) {
        assertAccessible(page);
        assertThat(complaints.get(page)).isEmpty();
    }

    /** {@link #assertUsable} as the page is now, narrow and dark, then wide and light; keeps what it looks like. */
    void assertUsableNarrowAndWide(Page page, String name) {
        assertUsable(page, name, 360, ColorScheme.DARK);
        assertUsable(page, name, 1440, ColorScheme.LIGHT);
    }

    private void assertUsable(Page page, String name, int width, ColorScheme theme) {
        page.setViewportSize(width, HEIGHT);
        page.emulateMedia(new EmulateMediaOptions().setColorScheme(theme));
        keep(page, name + "-" + width + "-" + theme);
        assertUsable(page);
    }

    /** Axe finds nothing, and nothing goes beyond the window. */
    static void assertAccessible(Page page) {
        assertThat(new AxeBuilder(page).analyze().getViolations())
                .extracting(Rule::getId)
                .isEmpty();
        assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as("nothing to scroll sideways")
                .isEqualTo(true);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
