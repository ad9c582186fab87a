package dev.therapyfit.journal.storage;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Base64;

/** Table {@code link_key}: one secret that all replicas share, made by the first of them. */
final class LinkKey {
    private static final int BYTES = 32;

    private LinkKey() {}

    static byte[] of(Database database, Clock clock) {
        byte[] fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        String secret = database.run(jdbc -> {
            jdbc.sql("insert into link_key (id, secret, made_at) values (1, ?, ?) on conflict do nothing")
                    .params(
                            Base64.getEncoder().encodeToString(fresh),
                            clock.instant().atOffset(ZoneOffset.UTC))
                    .update();
            return jdbc.sql("select secret from link_key where id = 1")
                    .query(String.class)
                    .single();
        });
        return Base64.getDecoder().decode(secret);
    }
}
