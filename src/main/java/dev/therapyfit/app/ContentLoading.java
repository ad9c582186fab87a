package dev.therapyfit.app;

import dev.therapyfit.app.config.CdsHooksProperties;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Reads and compiles the content while the rest of the application starts, and brings both as beans: whoever needs one
 * waits for it, and fails as it does.
 */
final class ContentLoading implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        CdsHooksProperties properties =
                Binder.get(context.getEnvironment()).bindOrCreate("therapy-fit", CdsHooksProperties.class);
        CompletableFuture<Content> content = CompletableFuture.supplyAsync(new ContentSource(properties)::read);
        CompletableFuture<CqlEvaluator> evaluator = content.thenApply(CqlEvaluator::compile);
        bring((GenericApplicationContext) context, Content.class, content);
        bring((GenericApplicationContext) context, CqlEvaluator.class, evaluator);
    }

    private static <T> void bring(GenericApplicationContext context, Class<T> type, CompletableFuture<T> bean) {
        context.registerBean(type, bean::join, (BeanDefinition definition) -> definition.setLazyInit(true));
    }
}
