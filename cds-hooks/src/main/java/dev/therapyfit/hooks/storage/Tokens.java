package dev.therapyfit.hooks.storage;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.trust.UsedTokens;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Table {@code used_token}: the primary key lets one of many replicas be the first. */
final class Tokens implements UsedTokens {
    private final Database database;
    private final Duration callTimeout;

    Tokens(Database database, Duration callTimeout) {
        this.database = database;
        this.callTimeout = callTimeout;
    }

    @Override
    public boolean firstUse(String issuer, String jti, Instant expires) {
        String token = Text.sha256(List.of(issuer, jti));
        return database.call(
                Deadline.in(callTimeout),
                jdbc -> jdbc.sql("insert into used_token (token, expires_at) values (?, ?) on conflict do nothing")
                                .params(token, expires.atOffset(ZoneOffset.UTC))
                                .update()
                        == 1);
    }
}
