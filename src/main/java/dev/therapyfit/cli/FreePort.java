package dev.therapyfit.cli;

import dev.therapyfit.app.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Looks at a port that an option names, before anything is started for it. */
final class FreePort {
    private static final int HIGHEST = 65_535;

    private FreePort() {}

    /**
     * Looks.
     *
     * @param port 0 for any free one
     * @throws UnusableInput if it is no port, or another program has it
     */
    static void require(int port, String option) {
        if (port < 0 || port > HIGHEST) {
            throw new UnusableInput(option + " " + port + ": expected 0 to " + HIGHEST);
        }
        if (port == 0) {
            return;
        }
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } catch (IOException e) {
            throw new UnusableInput(
                    String.valueOf(e.getMessage()).contains("in use")
                            ? StartFailure.portTaken(port, option)
                            : option + " " + port + ": cannot be listened on: " + e.getMessage());
        }
    }
}
