package dev.therapyfit.journal.storage;

import dev.therapyfit.clients.UsedTokens;
import dev.therapyfit.hooks.deadline.Deadline;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Table {@code used_token}: the primary key lets one of many replicas be the first. */
final class Tokens implements UsedTokens {
    private final Database database;

    Tokens(Database database) {
        this.database = database;
    }

    @Override
    public boolean firstUse(String issuer, String jti, Instant expires, Deadline deadline) {
        String token = Text.sha256(List.of(issuer, jti));
        return database.call(
                deadline,
                jdbc -> jdbc.sql("insert into used_token (token, expires_at) values (?, ?) on conflict do nothing")
                                .params(token, expires.atOffset(ZoneOffset.UTC))
                                .update()
                        == 1);
    }
}
