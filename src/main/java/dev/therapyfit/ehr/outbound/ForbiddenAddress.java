package dev.therapyfit.ehr.outbound;

import java.io.IOException;

/** A host is at an address that the service must not connect to. Nothing was sent there. */
public final class ForbiddenAddress extends IOException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddress() {
        super("the address is not one of the public network, and is not listed");
    }
}
