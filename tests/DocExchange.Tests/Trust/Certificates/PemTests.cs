using System.Text;
using DocExchange.Tests.Fuzzing;
using DocExchange.Trust.Certificates;

namespace DocExchange.Tests.Trust.Certificates;

internal sealed class PemTests
{
    [Test]
    public void Reads_the_blocks_of_a_label_among_others_with_text_in_any_encoding()
    {
        byte[] text = [.. "-----BEGIN A-----\nAQ==\n-----END A-----\n"u8, 0xD6, 0xA4, 0xCA, 0xE9, (byte)'\n', .. "-----BEGIN B-----\r\nAg\r\n==\r\n-----END B-----\r\n-----BEGIN A-----\nAwQ=\n-----END A-----"u8];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Pem.Blocks(text, "A"), Is.EqualTo(new byte[][] { [1], [3, 4] }));
            Assert.That(Pem.Blocks(text, "B"), Is.EqualTo(new byte[][] { [2] }));
            Assert.That(Pem.Blocks(text, "C"), Is.Empty);
            Assert.That(Pem.LabelsIn(text, 9), Is.EqualTo(new[] { "A", "B" }));
            Assert.That(Pem.LabelsIn(text, 1), Is.EqualTo(new[] { "A" }));
        }
    }

    [Test]
    public void Reads_base64_in_lines_of_any_length([Values(1, 3, 64, 76, 5000)] int length)
    {
        var der = new byte[10_001];
        new Random(length).NextBytes(der);
        var lines = Convert.ToBase64String(der).Chunk(length).Select(line => new string(line));

        Assert.That(Pem.Blocks(Encoding.ASCII.GetBytes($"-----BEGIN A-----\n{string.Join("\r\n", lines)}\n-----END A-----"), "A").Single(), Is.EqualTo(der));
    }

    [Test]
    public void Takes_what_is_no_text_as_it_is()
    {
        byte[] der = [0x30, 0x00];

        Assert.That(Pem.TakeBlocks(der, "A").Single(), Is.SameAs(der));
        Assert.That(Pem.Blocks(der, "A").Single(), Is.Not.SameAs(der).And.EqualTo(der));
    }

    [TestCase("-----BEGIN A-----\nAQ==\n-----END B-----\n-----BEGIN A-----\nAg==\n-----END A-----", 2)]
    [TestCase("-----BEGIN A-----\n-----BEGIN A-----\nAg==\n-----END A-----", 2)]
    [TestCase("-----BEGIN \n-----BEGIN A-----\nAg==\n-----END A-----", 2)]
    [TestCase("x-----BEGIN A-----\nAQ==\n-----END A-----\n-----BEGIN A-----\nAg==\n-----END A-----\n", 2)]
    public void Goes_on_where_a_boundary_has_no_counterpart(string text, byte found) =>
        Assert.That(Pem.Blocks(Encoding.ASCII.GetBytes(text), "A"), Is.EqualTo(new byte[][] { [found] }));

    [Test]
    public void Says_which_block_is_no_base64() =>
        Assert.That(() => Pem.Blocks("-----BEGIN A-----\nA*==\n-----END A-----\n"u8, "A"), Throws.InstanceOf<FormatException>().With.Message.Contains("'A'"));

    [TestCase("\uFEFF-----BEGIN A-----\nAg==\n-----END A-----")]
    [TestCase("-----BEGIN B-----\nAQ==\n-----END B-----\n\uFEFF-----BEGIN A-----\nAg==\n-----END A-----")]
    public void Passes_over_a_byte_order_mark(string text)
    {
        Assert.That(Pem.Blocks(Encoding.UTF8.GetBytes(text), "A"), Is.EqualTo(new byte[][] { [2] }));
        Assert.That(Pem.FaultIn(Encoding.UTF8.GetBytes(text), "A"), Is.Null);
    }

    [TestCase("-----BEGIN A-----\nAg==\n", "BEGIN line of 'A' without a matching END")]
    [TestCase("-----BEGIN A-----\nAg==\n-----END A-----\n-----BEGIN A-----\nAg==", "BEGIN line of 'A' without a matching END")]
    [TestCase("-----BEGIN B-----\nAg==\n-----END A-----\n", "END line of 'A' without a matching BEGIN")]
    [TestCase("x-----BEGIN A-----\nAg==\n-----END A-----\n", "Something stands before BEGIN")]
    [TestCase("-----BEGIN AB-----\nAg==\n-----END AB-----\n", null)]
    public void Says_what_keeps_a_block_from_being_read(string text, string? said) =>
        Assert.That(Pem.FaultIn(Encoding.ASCII.GetBytes(text), "A")?.English, said is null ? Is.Null : Does.Contain(said));

    [Test]
    public void Takes_no_der_for_a_text_that_has_a_boundary_in_a_name()
    {
        byte[] der = [0x30, 0x0D, 0x0C, 0x0B, .. "-----BEGIN "u8];

        Assert.That(Pem.TakeBlocks(der, "A").Single(), Is.SameAs(der));
    }

    // Each of these boundaries waits for an end that never comes.
    [TestCase("-----BEGIN A-----\n")]
    [TestCase("-----BEGIN A----------BEGIN ")]
    [TestCase("-----BEGIN -----")]
    public void Takes_one_pass_over_a_text_of_nothing_but_beginnings(string beginning)
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(beginning, 400_000)));
        var before = ThreadTime.Now;

        Assert.That(Pem.Blocks(text, "A"), Is.Empty);
        Assert.That(ThreadTime.Now - before, Is.LessThan(TimeSpan.FromSeconds(1)));
    }
}
