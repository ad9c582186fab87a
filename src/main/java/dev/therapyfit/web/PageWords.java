package dev.therapyfit.web;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.jspecify.annotations.Nullable;

/** The pages' own words in one language, from {@code pages*.properties}. */
public final class PageWords {
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

    private final Locale locale;
    private final ResourceBundle words;

    private PageWords(Locale locale) {
        this.locale = locale;
        this.words = ResourceBundle.getBundle("pages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
    }

    /** In the language that a browser likes most among those there are; in English if it names none of them. */
    public static PageWords preferredBy(@Nullable String acceptLanguage) {
        Locale locale = null;
        try {
            locale = acceptLanguage == null ? null : Locale.lookup(LanguageRange.parse(acceptLanguage), LANGUAGES);
        } catch (IllegalArgumentException e) {
            // a header that cannot be read names no language
        }
        return new PageWords(locale == null ? Locale.ENGLISH : locale);
    }

    /** The language, for {@code lang}. */
    public String language() {
        return locale.getLanguage();
    }

    /** Words by their key, with what they are about put in. */
    public String of(String key, Object... about) {
        return new MessageFormat(words.getString(key), locale).format(about);
    }
}
