package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.terminology.Terminology;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.terminology.CodeSystemInfo;
import org.opencds.cqf.cql.engine.terminology.TerminologyProvider;
import org.opencds.cqf.cql.engine.terminology.ValueSetInfo;

/** The content's value sets as the engine asks for them, for as long as somebody waits. */
final class ContentTerminology implements TerminologyProvider {
    private final Terminology terminology;
    private final Cancellation cancellation;

    ContentTerminology(Terminology terminology, Cancellation cancellation) {
        this.terminology = terminology;
        this.cancellation = cancellation;
    }

    @Override
    public boolean in(Code code, ValueSetInfo valueSet) {
        cancellation.require();
        return terminology.contains(String.valueOf(valueSet.getId()), code.getSystem(), code.getCode());
    }

    @Override
    public Iterable<Code> expand(ValueSetInfo valueSet) {
        String url = String.valueOf(valueSet.getId());
        return terminology
                .enumerate(url)
                .orElseThrow(() -> new IllegalStateException(url + " is open (it has a filter) and cannot be listed"))
                .stream()
                .map(code -> new Code().withSystem(code.system()).withCode(code.code()))
                .toList();
    }

    @Override
    public @Nullable Code lookup(Code code, CodeSystemInfo codeSystem) {
        return List.of(code).get(0);
    }
}
