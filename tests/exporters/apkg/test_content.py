from exporters.apkg.content import digest


def test_the_digest_sees_content_and_tags_but_not_colours() -> None:
    plain = digest(False, ["<p>a</p>"], ["t"])
    assert plain == digest(False, ['<p><span class="k">a</span></p>'], ["t"])
    assert plain != digest(False, ["<p>b</p>"], ["t"])
    assert plain != digest(False, ["<p>a</p>"], ["u"])
