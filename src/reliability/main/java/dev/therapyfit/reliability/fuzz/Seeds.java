package dev.therapyfit.reliability.fuzz;

import dev.therapyfit.reliability.fuzz.FuzzCommand.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Where a fuzzer starts: made of the content's cases when it is needed. */
final class Seeds {
    private static final int BODIES = 60;
    private static final int CHOICES = 100;
    private static final int LENGTH = 32;

    private Seeds() {}

    static List<byte[]> of(Target target) {
        return switch (target) {
            case all -> List.of();
            case decoder -> bodies();
            case prefetch, markdown, token -> choices();
        };
    }

    /** The shortest bodies, since a fuzzer is quickest with them, and some of the others. */
    private static List<byte[]> bodies() {
        List<byte[]> all = Line.shared().calls().stream()
                .map(call -> call.body().toString().getBytes(StandardCharsets.UTF_8))
                .sorted(Comparator.comparingInt(body -> body.length))
                .toList();
        List<byte[]> some = new ArrayList<>(all.subList(0, Math.min(BODIES / 2, all.size())));
        for (int i = 0; i < BODIES / 2; i++) {
            some.add(all.get(i * all.size() / (BODIES / 2)));
        }
        return some;
    }

    private static List<byte[]> choices() {
        Random random = new Random(1);
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < CHOICES; i++) {
            byte[] seed = new byte[LENGTH];
            random.nextBytes(seed);
            seeds.add(seed);
        }
        return seeds;
    }
}
