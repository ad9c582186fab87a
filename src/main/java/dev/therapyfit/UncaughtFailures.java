package dev.therapyfit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What nobody caught. After an {@link OutOfMemoryError} some thread is gone that others wait for, so that the process ends
 * at once, for whatever supervises it to start it again. Of any other failure its type is told; its text may hold patient
 * data.
 */
final class UncaughtFailures implements Thread.UncaughtExceptionHandler {
    /** As the JVM's own ExitOnOutOfMemoryError has it. */
    static final int OUT_OF_MEMORY = 3;

    /** Made while there is memory. */
    private final byte[] line =
            "therapy-fit: out of memory, so this process ends: give it more, with java -Xmx, and start it again\n"
                    .getBytes(StandardCharsets.UTF_8);

    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError)) {
            try {
                err.write(line);
            } catch (IOException e) {
                // there is nobody to tell
            } finally {
                Runtime.getRuntime().halt(OUT_OF_MEMORY);
            }
        }
        System.err.println(
                "thread " + thread.getName() + " ended by " + failure.getClass().getName());
        for (StackTraceElement frame : failure.getStackTrace()) {
            System.err.println("  at " + frame);
        }
    }
}
