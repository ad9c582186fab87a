package dev.therapyfit.hooks.request;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an access token allows us to read, as its {@code scope} says (SMART App Launch 1 and 2: {@code
 * user/Observation.read}, {@code patient/*.rs}, {@code patient/Observation.rs?category=laboratory}).
 */
public final class GrantedScopes {
    /** Nothing is said, so whatever is asked for may be granted. */
    public static final GrantedScopes UNSTATED = new GrantedScopes(List.of());

    private static final Pattern RESOURCE_SCOPE =
            Pattern.compile("(?:patient|user|system)/([A-Za-z]+|[*])[.]((?i:read|write)|[*]|[cruds]+)([?].*)?");

    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** What is about resources and not of that form may grant anything. */
    private static final Pattern ABOUT_RESOURCES = Pattern.compile("(?i:patient|user|system)/.*");

    /** How far the token reaches. */
    public enum Access {
        ALL,
        /** A filter of the scope hides some. */
        SOME,
        NONE
    }

    private enum Interaction {
        READ('r'),
        SEARCH('s');

        private final char letter;

        Interaction(char letter) {
            this.letter = letter;
        }
    }

    private record Scope(String type, String interactions, boolean filtered) {
        boolean grants(String wanted, Interaction interaction) {
            return (type.equals("*") || type.equals(wanted))
                    && (interactions.equals("*")
                            || interactions.equals("read")
                            || (!interactions.equals("write") && interactions.indexOf(interaction.letter) >= 0));
        }
    }

    private final List<Scope> scopes;

    private GrantedScopes(List<Scope> scopes) {
        this.scopes = scopes;
    }

    /**
     * Reads the value of {@code fhirAuthorization.scope}. Scopes of another form, such as {@code openid}, say nothing
     * about resources; if there are no others, or one is not understood, nothing is stated.
     */
    public static GrantedScopes of(String text) {
        List<String> resourceScopes = Stream.of(SPACES.split(text.trim()))
                .filter(scope -> ABOUT_RESOURCES.matcher(scope).matches())
                .toList();
        List<Scope> understood = resourceScopes.stream()
                .map(RESOURCE_SCOPE::matcher)
                .filter(Matcher::matches)
                .map(match ->
                        new Scope(match.group(1), match.group(2).toLowerCase(Locale.ROOT), match.group(3) != null))
                .toList();
        return understood.size() < resourceScopes.size() ? UNSTATED : new GrantedScopes(understood);
    }

    /** Access to one resource of that type by its id. */
    public Access toRead(String type) {
        return access(type, Interaction.READ);
    }

    /** Access to a search of that type. */
    public Access toSearch(String type) {
        return access(type, Interaction.SEARCH);
    }

    private Access access(String type, Interaction interaction) {
        if (scopes.isEmpty()) {
            return Access.ALL;
        }
        List<Scope> granting =
                scopes.stream().filter(scope -> scope.grants(type, interaction)).toList();
        if (granting.isEmpty()) {
            return Access.NONE;
        }
        return granting.stream().allMatch(Scope::filtered) ? Access.SOME : Access.ALL;
    }
}
