package dev.therapyfit.app.config;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import com.sun.management.VMOption.Origin;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Has the JVM give back the memory that a start needs and calls do not: by default it keeps what it once had. Where whoever
 * starts it says otherwise, that counts.
 */
final class HeapAtRest {
    /** The lower bound first: the JVM takes no upper one below it. */
    private static final Map<String, String> OPTIONS = new LinkedHashMap<>();

    static {
        OPTIONS.put("MinHeapFreeRatio", "10");
        OPTIONS.put("MaxHeapFreeRatio", "20");
        OPTIONS.put("G1PeriodicGCInterval", "300000"); // of an idle service, in milliseconds
    }

    private HeapAtRest() {}

    static void giveBack() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (jvm == null) {
            return; // another JVM than HotSpot
        }
        OPTIONS.forEach((name, value) -> {
            try {
                VMOption option = jvm.getVMOption(name);
                if (option.isWriteable() && option.getOrigin() == Origin.DEFAULT) {
                    jvm.setVMOption(name, value);
                }
            } catch (IllegalArgumentException e) {
                // the JVM does not know it, or has an option that contradicts it
            }
        });
        System.gc();
    }
}
