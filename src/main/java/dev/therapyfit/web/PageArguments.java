package dev.therapyfit.web;

import dev.therapyfit.web.LinkedDecisions.Link;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerMapping;

/** What the handlers of pages take of a call: the words in the reader's language, and the link to a decision. */
final class PageArguments implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == PageWords.class || parameter.getParameterType() == Link.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binder) {
        HttpServletRequest call = Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        return parameter.getParameterType() == Link.class
                ? link(call)
                : PageWords.preferredBy(call.getHeader(HttpHeaders.ACCEPT_LANGUAGE));
    }

    /** The decision is that of the path, whatever else is called {@code id}. */
    private static Link link(HttpServletRequest call) {
        Map<?, ?> path =
                (Map<?, ?>) Objects.requireNonNull(call.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE));
        return new Link(String.valueOf(path.get("id")), call.getParameter("expires"), call.getParameter("signature"));
    }
}
