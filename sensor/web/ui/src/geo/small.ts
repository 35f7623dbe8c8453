// Longitude and latitude of countries too small to have a shape at 1:110 million. From the zone.tab of tzdata, which
// is in the public domain.
const PLACES =
  "AD,1.5,42.5 AG,-61.8,17.1 AI,-63.1,18.2 AS,-170.7,-14.3 AW,-70.0,12.5 AX,19.9,60.1 BB,-59.6,13.1 BH,50.6,26.4 " +
  "BL,-62.9,17.9 BM,-64.8,32.3 BQ,-68.3,12.2 CC,96.9,-12.2 CK,-159.8,-21.2 CV,-23.5,14.9 CW,-69.0,12.2 " +
  "CX,105.7,-10.4 DM,-61.4,15.3 FM,151.8,7.4 FO,-6.8,62.0 GD,-61.8,12.1 GF,-52.3,4.9 GG,-2.5,49.5 GI,-5.3,36.1 " +
  "GP,-61.5,16.2 GS,-36.5,-54.3 GU,144.8,13.5 HK,114.2,22.3 IM,-4.5,54.1 IO,72.4,-7.3 JE,-2.1,49.2 KI,173.0,1.4 " +
  "KM,43.3,-11.7 KN,-62.7,17.3 KY,-81.4,19.3 LC,-61.0,14.0 LI,9.5,47.1 MC,7.4,43.7 MF,-63.1,18.1 MH,171.2,7.2 " +
  "MO,113.5,22.2 MP,145.8,15.2 MQ,-61.1,14.6 MS,-62.2,16.7 MT,14.5,35.9 MU,57.5,-20.2 MV,73.5,4.2 NF,168.0,-29.1 " +
  "NR,166.9,-0.5 NU,-169.9,-19.0 PF,-149.6,-17.5 PM,-56.3,47.0 PN,-130.1,-25.1 PW,134.5,7.3 RE,55.5,-20.9 " +
  "SC,55.5,-4.7 SG,103.8,1.3 SH,-5.7,-15.9 SJ,16.0,78.0 SM,12.5,43.9 ST,6.7,0.3 SX,-63.0,18.1 TC,-71.1,21.5 " +
  "TK,-171.2,-9.4 TO,-175.2,-21.1 TV,179.2,-8.5 UM,-177.4,28.2 VA,12.4,41.9 VC,-61.2,13.2 VG,-64.6,18.4 " +
  "VI,-64.9,18.4 WF,-176.2,-13.3 WS,-171.7,-13.8 YT,45.2,-12.8 ";

export const SMALL_COUNTRIES = new Map(
  PLACES.trim()
    .split(" ")
    .map((place) => {
      const [code, longitude, latitude] = place.split(",");
      return [code ?? "", [Number(longitude), Number(latitude)] as [number, number]] as const;
    }),
);
