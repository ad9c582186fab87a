package dev.therapyfit.app.sandbox.workbench;

import dev.therapyfit.cql.digest.Sha256;
import java.util.HashMap;
import java.util.Map;

/**
 * Whose text of a file counts: of one page the newest, in whatever order they come; of another page only if it began with the text that
 * counts now, so that an old tab takes nothing back.
 */
final class Turns {
    private record Turn(String page, long number) {}

    private final Map<String, Turn> last = new HashMap<>();

    /**
     * Notes a text.
     *
     * @param page names the page that it comes from
     * @param number counts what that page sent
     * @param base digest of the text that the page began with; empty: that is not told
     * @param now the text that counts now
     * @return false if it does not count
     */
    synchronized boolean isNewest(String file, String page, long number, String base, String now) {
        Turn before = last.get(file);
        boolean isNewest;
        if (before != null && before.page().equals(page)) {
            isNewest = number > before.number();
        } else {
            isNewest = base.isEmpty() || base.equals(digest(now));
        }
        if (isNewest) {
            last.put(file, new Turn(page, number));
        }
        return isNewest;
    }

    /** True if the text that counts came from that page. */
    synchronized boolean isLastOf(String file, String page) {
        Turn before = last.get(file);
        return before != null && before.page().equals(page);
    }

    /** Names a text. */
    static String digest(String text) {
        return new Sha256().addPart(text).hex();
    }
}
