package dev.therapyfit.hooks;

/** The content that answers calls now. Another takes its place at once; a call that has begun ends with the one it began with. */
public final class CurrentContent {
    private volatile HookPipeline pipeline;

    public CurrentContent(HookPipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** What answers a call that begins now. */
    public HookPipeline pipeline() {
        return pipeline;
    }

    /** Its content. */
    public LoadedContent get() {
        return pipeline.content();
    }

    /** Lets another content answer the calls that begin from now on. */
    public synchronized void replace(LoadedContent content) {
        pipeline = pipeline.of(content);
    }
}
