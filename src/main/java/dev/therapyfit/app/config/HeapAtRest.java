package dev.therapyfit.app.config;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import com.sun.management.VMOption.Origin;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

/**
 * Has the JVM give back the memory that a start needs and calls do not: by default it keeps what it once had. Where whoever
 * starts it says otherwise, that counts.
 */
final class HeapAtRest {
    /** The lower bound first: the JVM takes no upper one below it. */
    private static final List<Map.Entry<String, String>> OPTIONS = List.of(
            Map.entry("MinHeapFreeRatio", "10"),
            Map.entry("MaxHeapFreeRatio", "20"),
            Map.entry("G1PeriodicGCInterval", "300000")); // of an idle service, in milliseconds

    private HeapAtRest() {}

    static void giveBack() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (jvm == null) {
            return; // another JVM than HotSpot
        }
        OPTIONS.forEach(wanted -> {
            try {
                VMOption option = jvm.getVMOption(wanted.getKey());
                if (option.isWriteable() && option.getOrigin() == Origin.DEFAULT) {
                    jvm.setVMOption(wanted.getKey(), wanted.getValue());
                }
            } catch (IllegalArgumentException e) {
                // the JVM does not know it, or has an option that contradicts it
            }
        });
        System.gc();
    }
}
