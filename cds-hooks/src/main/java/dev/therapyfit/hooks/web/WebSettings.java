package dev.therapyfit.hooks.web;

import dev.therapyfit.hooks.trust.Client;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the transport has to know.
 *
 * @param clock tells the evaluation time of a call
 * @param client who calls
 * @param publicUrl base URL of this service for links; absent: the one that was called
 * @param maxBodyBytes longest body of a call
 * @param deadline longest time for a call
 */
public record WebSettings(
        Clock clock, Client client, @Nullable URI publicUrl, int maxBodyBytes, Duration deadline) {}
