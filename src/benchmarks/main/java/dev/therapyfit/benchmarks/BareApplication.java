package dev.therapyfit.benchmarks;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The least that a Spring Boot web application can be, of the service's version and libraries; a process of its own. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(BareApplication.Hello.class)
public class BareApplication {
    static final String READY = "Bare application is ready: ";

    /** Starts it at any free port, and says which. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(BareApplication.class);
        application.setDefaultProperties(Map.of(
                "server.port",
                "0",
                "spring.main.banner-mode",
                "off",
                "spring.config.name",
                "bare",
                "logging.level.root",
                "warn"));
        ConfigurableApplicationContext context = application.run(args);
        System.out.println(READY + context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    /** An answer, so that there is one. */
    @RestController
    static class Hello {
        @GetMapping("/")
        String hello() {
            return "hello";
        }
    }
}
