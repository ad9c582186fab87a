package dev.therapyfit.app;

import dev.therapyfit.app.config.CdsHooksProperties;
import dev.therapyfit.app.config.WrongSetting;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import dev.therapyfit.hooks.decision.DecisionInputs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

/**
 * Looks whether the content changed, and lets a good one answer the calls that begin from then on. A bad one is refused, with
 * what is wrong, and the one before goes on.
 */
@Configuration(proxyBeanMethods = false)
final class ContentReload implements SchedulingConfigurer, InfoContributor {
    private static final Logger LOG = LoggerFactory.getLogger(ContentReload.class);

    /** Cases that a content is tried on, so that its first call is not the slow one. */
    private static final int TRIED = 8;

    private static final int MOST_PROBLEMS = 20;

    private final ContentSource source;
    private final CurrentContent current;
    private final CdsHooksProperties.Reload settings;
    private final Clock clock;

    private String seen = "";
    private String taken = ""; // what changed while the service started is seen at the first look
    private volatile Instant since;
    private volatile List<String> refused = List.of();

    ContentReload(CdsHooksProperties properties, CurrentContent current, Clock timeOfDay) {
        this.source = new ContentSource(properties);
        this.current = current;
        this.settings = properties.reload();
        this.clock = timeOfDay;
        this.since = timeOfDay.instant();
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar tasks) {
        Duration every = source.isServer() ? settings.server() : settings.folder();
        if (!source.isPackaged() && !every.isZero()) {
            tasks.addFixedDelayTask(this::look, every);
        }
    }

    /** Takes what changed. A folder has to be the same twice: somebody may be writing. */
    void look() {
        try {
            String state = source.state();
            boolean isQuiet = source.isServer() || state.equals(seen);
            seen = state;
            if (isQuiet && !state.equals(taken)) {
                take(state);
            }
        } catch (RuntimeException e) {
            // Tried again at the next look: a server may be away, or a file just be written.
            refuse(List.of(e instanceof WrongSetting ? String.valueOf(e.getMessage()) : "it cannot be used: " + e));
        } catch (Error e) {
            refuse(List.of("it cannot be used: " + e.getClass().getSimpleName()));
            throw e;
        }
    }

    /** Takes it, if it is as it was seen; one with problems is not looked at again before it changes. */
    private void take(String state) {
        try {
            Optional<Content> content = source.readAgain(state);
            if (content.isPresent()) {
                take(content.get());
                taken = state;
            }
        } catch (ContentException e) {
            taken = state;
            refuse(e.problems().stream().map(ContentProblem::toString).toList());
        }
    }

    private void take(Content content) {
        if (!content.sha256().equals(current.get().content().sha256())) {
            LoadedContent loaded = LoadedContent.of(content, CqlEvaluator.compile(content));
            examples(content).forEach(example -> tryOn(loaded, example));
            current.replace(loaded);
            since = clock.instant();
            ContentVersion version = loaded.decisions().content();
            LOG.info(
                    "The content changed: {} {} {} answers from now on",
                    version.name(),
                    version.version(),
                    version.sha256());
        }
        refused = List.of();
    }

    /** Some of its cases; none if they cannot be read. */
    private static List<Case> examples(Content content) {
        return ContentException.collect(() -> Cases.some(content, TRIED), new ArrayList<>())
                .orElse(List.of());
    }

    private static void tryOn(LoadedContent content, Case example) {
        content.decisions()
                .decide(
                        content.evaluator(),
                        new DecisionInputs(example.record(), example.inputs(), example.at()),
                        example.name());
    }

    private void refuse(List<String> problems) {
        if (problems.equals(refused)) {
            return;
        }
        refused = problems;
        LOG.warn("The content that changed is refused, the one before goes on: {} problems", problems.size());
        problems.stream().limit(MOST_PROBLEMS).forEach(problem -> LOG.warn("Content: {}", problem));
    }

    /** Which content answers, since when, and what is wrong with the one that was refused. */
    @Override
    public void contribute(Info.Builder info) {
        ContentVersion version = current.get().decisions().content();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("name", version.name());
        told.put("version", version.version());
        told.put("sha256", version.sha256());
        told.put("since", since.toString());
        told.put("refused", refused);
        info.withDetail("content", told);
    }
}
