package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.web.LibraryView.Piece;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicationsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "see doi:10.1000/182.|doi:10.1000/182|https://doi.org/10.1000/182",
                "PMID 123, and more|PMID 123|https://pubmed.ncbi.nlm.nih.gov/123/",
                "in PMC123456|PMC123456|https://pmc.ncbi.nlm.nih.gov/articles/PMC123456/",
                "(NCT01234567)|NCT01234567|https://clinicaltrials.gov/study/NCT01234567",
                "at <https://example.org/a?b=c> it|https://example.org/a?b=c|https://example.org/a?b=c",
            })
    void a_publication_that_a_text_names_can_be_followed(String text, String name, String url) {
        List<Piece> pieces = Publications.in(text);

        assertThat(pieces).contains(new Piece(name, url));
        assertThat(pieces.stream().map(Piece::text).collect(Collectors.joining()))
                .isEqualTo(text);
        assertThat(pieces).filteredOn(piece -> !piece.url().isEmpty()).hasSize(1);
    }

    @Test
    void a_text_without_one_is_plain() {
        assertThat(Publications.in("define \"A\": 1 // PMC and doi: 10")).hasSize(1);
    }
}
