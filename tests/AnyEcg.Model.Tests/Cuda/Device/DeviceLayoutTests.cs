namespace AnyEcg.Model.Tests;

public sealed class DeviceLayoutTests
{
    [Fact]
    public void Add_OddSizes_EveryPartBeginsAligned()
    {
        var layout = new DeviceLayout();

        long[] offsets = [layout.Add<float>(1), layout.Add(0), layout.Add<double>(33), layout.Add(256), layout.Add<byte>(1)];

        Assert.Equal([0, 256, 256, 768, 1024], offsets);
        Assert.Equal(1280, layout.Bytes);
    }

    [Fact]
    public void Add_MoreThanFourGibibytes_Counts()
    {
        var layout = new DeviceLayout();
        layout.Add<float>(3L << 30);

        Assert.Equal(12L << 30, layout.Add(8));
    }

    [Theory]
    [InlineData(100, 64, false, false)]
    [InlineData(64, 0, false, false)]
    [InlineData(64, 64, true, false)]
    [InlineData(64, 64, true, true)]
    public void Validate_ProductThatCannotBe_IsRefused(int inputs, int outputs, bool gelu, bool accumulate) =>
        Assert.Throws<ArgumentException>(() => new ProductSpec("a product", inputs, outputs) { Gelu = gelu, Accumulate = accumulate, Bias = accumulate }.Validate());
}
