package dev.therapyfit.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The templates of {@code src/main/jte}, as the build compiled them. */
@Component
public final class PageTemplates {
    private final TemplateEngine engine = TemplateEngine.createPrecompiled(
            null, ContentType.Html, getClass().getClassLoader(), "dev.therapyfit.pages");

    /** A page about one thing. */
    public String rendered(String template, Object view) {
        StringOutput page = new StringOutput();
        engine.render(template, view, page);
        return page.toString();
    }

    /** The same about several, by their names. */
    String rendered(String template, Map<String, Object> views) {
        StringOutput page = new StringOutput();
        engine.render(template, views, page);
        return page.toString();
    }
}
