package dev.therapyfit.hooks.web;

import java.net.URI;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What the transport has to know.
 *
 * @param clock tells the evaluation time of a call
 * @param jurisdiction where clients practise
 * @param publicUrl base URL of this service for links; absent: the one that was called
 * @param maxBodyBytes longest body of a call
 */
public record WebSettings(
        Clock clock, String jurisdiction, @Nullable URI publicUrl, int maxBodyBytes) {}
