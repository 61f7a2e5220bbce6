using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;

namespace DocExchange.Tests.Core.Offices;

internal sealed class OfficeDirectoryTests
{
    [Test]
    public void Names_the_seals_there_are_where_a_number_is_none()
    {
        var directory = SampleDirectory.Small;
        var dongcheng = PartyId.Office("bj", "dc");

        var wrong = Assert.Throws<RefusedException>(() => directory.RequireSeal(dongcheng, "1"))!;
        var nobody = Assert.Throws<RefusedException>(() => directory.RequireSeal(PartyId.Office("bj", "nobody"), "11010000012345"))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(directory.RequireSeal(dongcheng, "11010000012345").Name, Is.EqualTo("东城区"));
            Assert.That((wrong.Refusal, wrong.Message, wrong.English), Is.EqualTo((Refusal.NotFound, "bj/dc 没有编号为 1 的印章；目录中有：11010000012345（东城区）。", "bj/dc has no seal 1. The directory has: 11010000012345 (东城区).")));
            Assert.That((nobody.Refusal, nobody.English), Is.EqualTo((Refusal.NotFound, "bj/nobody has no seal 11010000012345. The directory has: none.")));
        }
    }
}
