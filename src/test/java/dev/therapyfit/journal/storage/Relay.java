package dev.therapyfit.journal.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between the service and its database, so that a test can cut or freeze the line without touching the database. */
final class Relay implements AutoCloseable {
    private final URI target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private volatile boolean frozen;
    private volatile boolean cut;

    /** @param url JDBC URL of the database */
    Relay(String url) throws IOException {
        this.target = URI.create(url.substring("jdbc:".length()));
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    /** The same URL by way of this relay. */
    String url(String url) {
        return url.replace(target.getHost() + ":" + target.getPort(), "127.0.0.1:" + server.getLocalPort());
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = server.accept();
            if (cut) {
                near.close();
                continue;
            }
            Socket far = new Socket(target.getHost(), target.getPort());
            sockets.add(near);
            sockets.add(far);
            daemon(() -> pump(near.getInputStream(), far.getOutputStream()));
            daemon(() -> pump(far.getInputStream(), near.getOutputStream()));
        }
    }

    /** Ends every connection and refuses new ones, as a database that was stopped. */
    void cut() throws IOException {
        cut = true;
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** Takes connections again. */
    void join() {
        cut = false;
    }

    /** Keeps every connection and moves nothing, as a database that hangs. */
    void freeze(boolean on) {
        frozen = on;
    }

    private void pump(InputStream from, OutputStream to) throws IOException, InterruptedException {
        byte[] buffer = new byte[8192];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            while (frozen) {
                Thread.sleep(5);
            }
            to.write(buffer, 0, length);
            to.flush();
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // the line was cut
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        cut();
        server.close();
    }
}
